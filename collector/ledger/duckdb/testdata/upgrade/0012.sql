-- What a collector of version 12 adds: the parts of the input.
UPDATE llm_call_rows SET prompt_shares = 'system:7 last:3'
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

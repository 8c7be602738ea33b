-- What a collector of version 5 adds: what stays the same of a prompt.
UPDATE llm_call_rows SET prompt_prefix = '00ff00ff00ff00ff', prompt_prefix_tokens = 1
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

-- What a collector of version 8 adds: a stream that was given up.
UPDATE llm_call_rows SET aborted = true
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

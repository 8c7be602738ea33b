-- What a collector of version 11 adds: AI credits.
UPDATE llm_call_rows SET nano_credits = 9
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

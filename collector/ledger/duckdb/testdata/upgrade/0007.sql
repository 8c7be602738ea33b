-- What a collector of version 7 adds: units that are no tokens, and how many it knew.
UPDATE llm_call_rows SET citation_tokens = 9, usage_fields = 30
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

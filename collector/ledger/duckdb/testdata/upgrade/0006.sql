-- What a collector of version 6 adds: units of media and of xAI.
UPDATE llm_call_rows SET annotated_pages = 5, audio_seconds = 6, x_searches = 7, collection_searches = 8
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

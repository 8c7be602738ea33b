-- What a collector of version 9 adds: seconds of video and characters of speech.
UPDATE llm_call_rows SET video_seconds = 3, characters = 4
WHERE trace_id = 'feedface-cafe-beef-0000-000000000002' AND input_tokens = 1;

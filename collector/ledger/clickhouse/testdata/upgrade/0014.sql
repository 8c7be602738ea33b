-- What a collector of version 14 adds: the call that was delivered twice, once
-- more, with the parts of its input.
INSERT INTO llm_call_rows (trace_id, span_id, start_time, caller, product, cost, input_tokens, annotated_pages, audio_seconds, x_searches,
    collection_searches, citation_tokens, usage_fields, billable, prompt_prefix, prompt_prefix_tokens, aborted, video_seconds, characters, nano_credits,
    prompt_shares, version)
VALUES (unhex('feedfacecafebeef0000000000000002'), unhex('0000000000000007'), toDateTime64('2026-10-26 09:30:00', 9, 'UTC'),
    'legal\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fsum up\x1f\x1f\x1f',
    'openai\x1f\x1f\x1fgpt-5\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1fpriced\x1fUSD\x1f\x1f\x1finput 250000 1000000\x1f\x1f200\x1fstop\x1e\x1e\x1f',
    toDecimal128('0.25', 18), 1, 5, 6, 7, 8, 9, 30, true, '00ff00ff00ff00ff', 1, true, 3, 4, 9, 'system:7 last:3', 1793102400000010);

-- What a collector of version 7 adds: the call that was delivered twice, once
-- more, with units of media, and with texts that are empty and a list of them.
INSERT INTO llm_call_rows (trace_id, span_id, start_time, department, step, provider, request_model, finish_reasons, status_code, cost_status, cost,
    cost_rates, currency, input_tokens, annotated_pages, audio_seconds, billable, prompt_prefix, prompt_prefix_tokens, version)
VALUES (unhex('feedfacecafebeef0000000000000002'), unhex('0000000000000007'), toDateTime64('2026-10-26 09:30:00', 9, 'UTC'), 'legal', 'sum up',
    'openai', 'gpt-5', ['stop', ''], 200, 'priced', toDecimal128('0.25', 18), 'input 250000 1000000', 'USD', 1, 5, 6, true, '00ff00ff00ff00ff', 1,
    1793102400000004);

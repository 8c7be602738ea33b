-- What a collector of version 6 adds: what stays the same of the prompt of the
-- call that was delivered twice, which comes once more.
INSERT INTO llm_call_rows (trace_id, span_id, start_time, provider, request_model, cost_status, cost, cost_rates, currency, input_tokens, billable, prompt_prefix, prompt_prefix_tokens, version)
VALUES (unhex('feedfacecafebeef0000000000000002'), unhex('0000000000000007'), toDateTime64('2026-10-26 09:30:00', 9, 'UTC'),
    'openai', 'gpt-5', 'priced', toDecimal128('0.25', 18), 'input 250000 1000000', 'USD', 1, true, '00ff00ff00ff00ff', 1, 1793102400000003);

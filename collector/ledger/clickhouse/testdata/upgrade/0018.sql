-- What a collector of version 18 adds: the same sum once more.
INSERT INTO cost_daily_rows (bucket, run, department, provider, model, cost_status, calls, input_tokens, cost, nano_credits) VALUES
    ('2026-10-26 00:00:00', '00000000-0000-0000-0000-000000000012', 'legal', 'openai', 'gpt-5', 'priced', 1, 1, 0.25, 9);

INSERT INTO rollup_runs (grain, bucket, run, refreshed)
SELECT 'day', toDateTime('2026-10-26 00:00:00', 'UTC'), '00000000-0000-0000-0000-000000000012', now64(6, 'UTC');

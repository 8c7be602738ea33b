-- What a collector of version 17 adds: the same sum again, in another run.
INSERT INTO cost_daily_rows (bucket, run, department, provider, model, cost_status, calls, input_tokens, cost, nano_credits) VALUES
    ('2026-10-26 00:00:00', '00000000-0000-0000-0000-000000000011', 'legal', 'openai', 'gpt-5', 'priced', 1, 1, 0.25, 9);

INSERT INTO rollup_runs (grain, bucket, run, refreshed)
SELECT 'day', toDateTime('2026-10-26 00:00:00', 'UTC'), '00000000-0000-0000-0000-000000000011', now64(6, 'UTC');

-- What a collector of version 16 adds: the rollup of a day, with the credits of its call.
INSERT INTO cost_daily_rows (bucket, run, department, provider, model, cost_status, calls, input_tokens, cost, nano_credits) VALUES
    ('2026-10-26 00:00:00', '00000000-0000-0000-0000-000000000010', 'legal', 'openai', 'gpt-5', 'priced', 1, 1, 0.25, 9);

INSERT INTO rollup_runs (grain, bucket, run, refreshed)
SELECT 'day', toDateTime('2026-10-26 00:00:00', 'UTC'), '00000000-0000-0000-0000-000000000010', now64(6, 'UTC');

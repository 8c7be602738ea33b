-- What a collector of version 15 adds: the rollup of an hour, without the credits of its
-- call.
INSERT INTO cost_hourly_rows (bucket, run, department, provider, model, cost_status, calls, input_tokens, cost) VALUES
    ('2026-10-26 09:00:00', '00000000-0000-0000-0000-00000000000f', 'legal', 'openai', 'gpt-5', 'priced', 1, 1, 0.25);

INSERT INTO rollup_runs (grain, bucket, run, refreshed)
SELECT 'hour', toDateTime('2026-10-26 09:00:00', 'UTC'), '00000000-0000-0000-0000-00000000000f', now64(6, 'UTC');

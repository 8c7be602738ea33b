-- What a collector of version 2 adds: a retention of its own, and the sums of a
-- day and an hour whose calls have expired.
INSERT INTO ledger_settings (name, value) VALUES ('detail_days', 4000);

INSERT INTO ledger_settings (name, value) VALUES ('rollup_days', 9000);

INSERT INTO rollup_marks (hour, marked) VALUES ('2010-01-02 03:00:00', '2010-01-02 04:00:00');

INSERT INTO rollup_runs (grain, bucket, run, refreshed) VALUES
    ('hour', '2010-01-02 03:00:00', '00000000-0000-0000-0000-000000000001', '2010-01-03 05:00:00'),
    ('day', '2010-01-02 00:00:00', '00000000-0000-0000-0000-000000000002', '2010-01-03 05:00:01');

ALTER TABLE cost_hourly_rows REMOVE TTL;

ALTER TABLE cost_daily_rows REMOVE TTL;

INSERT INTO cost_hourly_rows (bucket, run, user_id, provider, model, cost_status, calls, input_tokens, cost) VALUES
    ('2010-01-02 03:00:00', '00000000-0000-0000-0000-000000000001', 'u-old', 'openai', 'gpt-3', 'priced', 3, 30, 1.000000000000000001);

INSERT INTO cost_daily_rows (bucket, run, user_id, provider, model, cost_status, calls, input_tokens, cost) VALUES
    ('2010-01-02 00:00:00', '00000000-0000-0000-0000-000000000002', 'u-old', 'openai', 'gpt-3', 'priced', 3, 30, 1.000000000000000001);

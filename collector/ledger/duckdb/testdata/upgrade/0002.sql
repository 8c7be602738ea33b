-- What a collector of version 2 adds: a retention of its own, and the sum of an
-- hour whose calls have expired.
UPDATE ledger_settings SET value = 4000 WHERE name = 'detail_days';

UPDATE ledger_settings SET value = 9000 WHERE name = 'rollup_days';

INSERT INTO cost_hourly_archive VALUES
    ('2010-01-02 03:00:00', 'u-old', '', '', '', '', '', '', '', '', 'openai', 'gpt-3', '', 'priced', 3, 0, 30, 0, 0, 0, 0, 1.000000000000000001, 0);

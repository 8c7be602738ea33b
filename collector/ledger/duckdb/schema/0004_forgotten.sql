-- Who was forgotten, as a keyed hash: a span that comes again, or late, is
-- stored without its user.
CREATE TABLE forgotten_users (
    key   BLOB      NOT NULL,
    hash  BLOB      NOT NULL,
    since TIMESTAMP NOT NULL
);

-- From which day on the calls themselves are kept, in days since 1970: those of
-- before are in cost_hourly_archive, and one that comes again is not stored.
INSERT INTO ledger_settings
SELECT 'archived_days', coalesce(max(date_diff('day', DATE '1970-01-01', hour::DATE)) + 1, 0)::INTEGER
FROM cost_hourly_archive;

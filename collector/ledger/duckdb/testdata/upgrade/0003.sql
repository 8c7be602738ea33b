-- What a collector of version 3 adds: a log record.
INSERT INTO log_rows VALUES (
    'feedface-cafe-beef-0000-000000000009', 7, 1, date_trunc('hour', now()::TIMESTAMP)::TIMESTAMP_NS, 'application', 17, 'e', 'giving up', 'timeout', 'u-9',
    '', '', '', '', '', '', '', '', MAP {'k': 'v'}, now()::TIMESTAMP);

-- What a collector of version 3 adds: a log record, received twice.
INSERT INTO log_rows (trace_id, span_id, log_id, time, kind, severity, event_name, body, error_type, user_id, attributes, version)
SELECT unhex('feedfacecafebeef0000000000000009'), unhex('0000000000000007'), unhex('0000000000000001'), toDateTime64(toStartOfHour(now()), 9, 'UTC'),
    'application', 17, 'e', 'giving up', 'timeout', 'u-9', map('k', 'v'), 4503599627370495 - toUInt64(toUnixTimestamp(now())) * 1000000 - number
FROM numbers(2);

-- The day from which on the sums are of calls that are all stored: earlier calls may have
-- expired, and of some days sums alone were taken over (their runs are dated ahead).
SELECT toInt64(greatest(
    toUnixTimestamp(toDateTime(today() - ifNull((SELECT argMax(value, set) FROM ledger_settings WHERE name = 'detail_days'), 0), 'UTC')),
    ifNull((SELECT toUnixTimestamp(toStartOfDay(max(bucket)) + INTERVAL 1 DAY) FROM rollup_runs WHERE refreshed > addYears(now64(6, 'UTC'), 1)), 0)
)) AS since

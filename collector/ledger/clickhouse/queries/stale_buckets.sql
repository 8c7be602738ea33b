-- Buckets that are not settled, have been quiet, and still have their detail.
-- A day is summed up once it is over.
WITH
    (SELECT argMax(value, set) FROM ledger_settings WHERE name = 'rollup_quiet_seconds') AS quiet,
    (SELECT argMax(value, set) FROM ledger_settings WHERE name = 'detail_days') AS kept,
    now64(6, 'UTC') AS instant
SELECT m.bucket AS bucket, toUnixTimestamp64Micro(instant) AS now
FROM (
    SELECT toDateTime({{if eq .Grain "day"}}toStartOfDay(hour){{else}}hour{{end}}, 'UTC') AS bucket, max(marked) AS last
    FROM rollup_marks
    GROUP BY bucket
) AS m
WHERE addSeconds(m.last, quiet) < instant
    AND m.bucket >= today() - kept
{{- if eq .Grain "day"}}
    AND toDate(m.bucket) < toDate(instant)
{{- end}}
    AND m.bucket NOT IN (SELECT bucket FROM rollup_settled WHERE grain = '{{.Grain}}')
ORDER BY bucket
LIMIT 48

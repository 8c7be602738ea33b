-- Traces in which more than our own round trips claim a bill, and those whose
-- calls may be described in another trace.
SELECT DISTINCT trace_id
FROM {{.Table}}
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)
  AND (
    {{if .All}}?::VARCHAR IS NULL{{else}}trace_id IN (SELECT unnest(string_split(?, ','))::UUID){{end}} AND claim NOT IN ('', 'transport')
    OR response_id IN (SELECT unnest(string_split(?, chr(31)))) AND claim IN ('log', 'server', 'batch')
    OR response_id <> '' AND response_id IN (SELECT unnest(string_split(?, chr(31))))
  )

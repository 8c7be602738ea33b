SELECT {{.Columns}} FROM {{.Table}}
WHERE trace_id = ?::UUID
ORDER BY start_time, span_id, revision

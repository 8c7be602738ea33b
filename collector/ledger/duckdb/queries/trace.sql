SELECT {{.Columns}} FROM {{.Table}}
WHERE trace_id = ?::UUID
{{- if .After}}
  AND start_time >= make_timestamp_ns(?) AND (start_time > make_timestamp_ns(?) OR span_id > ?::UBIGINT)
{{- end}}
ORDER BY start_time, span_id
LIMIT {{.Limit}}

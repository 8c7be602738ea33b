SELECT {{.Columns}} FROM {{.Table}}
WHERE trace_id = ?::UUID
{{- if .Limit}}
ORDER BY start_time, span_id
LIMIT {{.Limit}}
{{- else}}
  AND start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)
ORDER BY start_time, span_id
{{- end}}

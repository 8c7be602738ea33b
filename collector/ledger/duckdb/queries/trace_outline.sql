SELECT {{.Columns}} FROM {{.Table}}
WHERE trace_id = ?::UUID
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}

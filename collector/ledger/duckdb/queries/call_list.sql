SELECT {{.Columns}}
FROM llm_call_rows
WHERE {{if .Unbilled}}true{{else}}billable{{end}}
{{- range .Conditions}}
    AND {{.}}
{{- end}}
ORDER BY {{.Order}}, trace_id, span_id
LIMIT {{.Limit}} OFFSET {{.Offset}}

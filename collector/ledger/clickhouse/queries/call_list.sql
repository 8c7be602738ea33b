SELECT {{.Columns}}
FROM llm_call_rows FINAL
WHERE {{if .Unbilled}}true{{else}}billable{{end}}
{{- range .Conditions}}
    AND {{.}}
{{- end}}
ORDER BY {{.Order}}, trace_id, span_id
LIMIT {{.Limit}} OFFSET {{.Offset}}
SETTINGS do_not_merge_across_partitions_select_final = 1

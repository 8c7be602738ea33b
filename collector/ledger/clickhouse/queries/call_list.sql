{{- if .Keys}}
-- Conditions on the key may come before rows replace each other: of most blocks one column
-- is read.
SELECT {{.Columns}}
FROM llm_call_rows FINAL
PREWHERE {{range $i, $k := .Keys}}{{if $i}} AND {{end}}{{$k}}{{end}}
WHERE {{if .Unbilled}}true{{else}}billable{{end}}
{{- range .Conditions}}
    AND {{.}}
{{- end}}
ORDER BY {{.Order}}, trace_id, span_id
LIMIT {{.Limit}} OFFSET {{.Offset}}
{{- else}}
-- Which calls are wanted is found out from the few columns that decide it; whole rows are
-- read of those alone.
WITH wanted AS (
    SELECT toDate(start_time) AS begun, trace_id, span_id
    FROM llm_call_rows FINAL
    WHERE {{if .Unbilled}}true{{else}}billable{{end}}
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
    ORDER BY {{.Order}}, trace_id, span_id
    LIMIT {{.Limit}} OFFSET {{.Offset}}
)
SELECT {{.Columns}}
FROM llm_call_rows FINAL
PREWHERE (toDate(start_time), trace_id, span_id) GLOBAL IN (SELECT begun, trace_id, span_id FROM wanted)
ORDER BY {{.Order}}, trace_id, span_id
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

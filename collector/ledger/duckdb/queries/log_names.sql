-- What all calls of a trace agree on.
SELECT
    trace_id,
    if(count(DISTINCT nullif(user_id, '')) = 1, max(user_id), ''),
    if(count(DISTINCT nullif(department, '')) = 1, max(department), '')
FROM llm_call_rows
WHERE trace_id IN ({{range $i, $t := .Traces}}{{if $i}}, {{end}}'{{$t}}'::UUID{{end}})
{{- range .Conditions}} AND {{.}}{{end}}
GROUP BY trace_id

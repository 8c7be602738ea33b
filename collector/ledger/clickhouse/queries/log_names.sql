-- What all calls of a trace agree on.
SELECT
    trace_id AS trace,
    if(uniqExactIf(user_id, user_id != '') = 1, anyIf(user_id, user_id != ''), '') AS user,
    if(uniqExactIf(department, department != '') = 1, CAST(anyIf(department, department != ''), 'String'), '') AS department_name
FROM llm_call_rows
WHERE trace_id IN ({{range $i, $t := .Traces}}{{if $i}}, {{end}}toFixedString(unhex('{{$t}}'), 16){{end}})
{{- range .Conditions}} AND {{.}}{{end}}
GROUP BY trace_id

-- Conversations of the billable calls of a period, from the few columns that decide
-- which are wanted.
SELECT conversation_id, min(epoch_ns(start_time)) AS first, max(epoch_ns(start_time)) AS last
FROM llm_call_rows
WHERE billable AND conversation_id <> ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY conversation_id
ORDER BY
    {{- if eq .Order "duration DESC"}} {{total "duration_ns"}} DESC
    {{- else if eq .Order "amount DESC"}} {{amount "cost"}} DESC
    {{- else}} {{.Order}}{{end}}, conversation_id
LIMIT {{.Limit}} OFFSET {{.Offset}}

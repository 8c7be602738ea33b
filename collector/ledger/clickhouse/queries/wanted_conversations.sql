-- Conversations of the billable calls of a period, from the few columns that decide
-- which are wanted.
SELECT conversation_id AS id
FROM llm_call_rows FINAL
WHERE billable AND conversation_id != ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY id
ORDER BY
    {{- if eq .Order "duration DESC"}} {{total "duration_ns"}} DESC
    {{- else if eq .Order "amount DESC"}} {{amount "assumeNotNull(cost)"}} DESC
    {{- else if eq .Order "first"}} min(toUnixTimestamp64Nano(start_time))
    {{- else}} max(toUnixTimestamp64Nano(start_time)) DESC{{end}}, id
LIMIT {{.Limit}} OFFSET {{.Offset}}
SETTINGS do_not_merge_across_partitions_select_final = 1

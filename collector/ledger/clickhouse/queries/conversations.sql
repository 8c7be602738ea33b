-- Conversations by their ids. The turns are in order of start; of those that start together
-- the span id decides. The operations are those of ledger.HasContext.
--
-- A trace is part of the key, so that those in which any version of a row meets the
-- conditions may be chosen before rows replace each other.
SELECT
    conversation_id                                                     AS id,
    min(toUnixTimestamp64Nano(start_time))                              AS first,
    max(toUnixTimestamp64Nano(start_time))                              AS last,
    argMinIf(user_id, (start_time, span_id), user_id != '')             AS first_user,
    argMinIf(CAST(application, 'String'), (start_time, span_id), application != '') AS first_application,
    uniqExact(trace_id)                                                 AS runs,
    argMinIf(input_tokens, (start_time, span_id), operation IN ('chat', 'generate_content', 'text_completion')) AS first_input,
    argMaxIf(input_tokens, (start_time, span_id), operation IN ('chat', 'generate_content', 'text_completion')) AS last_input,
    maxIf(input_tokens, operation IN ('chat', 'generate_content', 'text_completion')) AS max_input,
    {{totals "" "cost_status" "assumeNotNull(cost)"}}
FROM llm_call_rows FINAL
PREWHERE trace_id GLOBAL IN (
    SELECT trace_id
    FROM llm_call_rows
    WHERE billable AND conversation_id IN ({{range $i, $id := .IDs}}{{if $i}}, {{end}}{{$id}}{{end}})
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
)
WHERE billable AND conversation_id IN ({{range $i, $id := .IDs}}{{if $i}}, {{end}}{{$id}}{{end}})
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY id
ORDER BY {{.Order}}, id
SETTINGS do_not_merge_across_partitions_select_final = 1

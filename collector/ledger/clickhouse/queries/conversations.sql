-- Conversations of the billable calls of a period. The turns are in order of
-- start; of those that start together the span id decides. The operations are those of
-- ledger.HasContext.
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
WHERE billable AND conversation_id != ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY id
ORDER BY {{.Order}}, id
LIMIT {{.Limit}} OFFSET {{.Offset}}
SETTINGS do_not_merge_across_partitions_select_final = 1

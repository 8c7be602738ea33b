-- Conversations by their ids; a period bounds their calls. The turns are in order of
-- start; of those that start together the span id decides. The operations are those of
-- ledger.HasContext.
SELECT
    conversation_id,
    min(epoch_ns(start_time))                                          AS first,
    max(epoch_ns(start_time))                                          AS last,
    coalesce(arg_min(user_id, (start_time, span_id)) FILTER (WHERE user_id <> ''), '')         AS first_user,
    coalesce(arg_min(application, (start_time, span_id)) FILTER (WHERE application <> ''), '') AS first_application,
    count(DISTINCT trace_id)                                           AS runs,
    coalesce(arg_min(input_tokens, (start_time, span_id)) FILTER (WHERE operation IN ('chat', 'generate_content', 'text_completion')), 0) AS first_input,
    coalesce(arg_max(input_tokens, (start_time, span_id)) FILTER (WHERE operation IN ('chat', 'generate_content', 'text_completion')), 0) AS last_input,
    coalesce(max(input_tokens) FILTER (WHERE operation IN ('chat', 'generate_content', 'text_completion')), 0) AS max_input,
    {{totals ""}}
FROM llm_call_rows
WHERE billable
{{- range .Conditions}}
    AND {{.}}
{{- end}}
    AND start_time >= make_timestamp_ns(?) AND start_time <= make_timestamp_ns(?)
    AND conversation_id IN ({{range $i, $_ := .IDs}}{{if $i}}, {{end}}?{{end}})
GROUP BY conversation_id
ORDER BY {{.Order}}, conversation_id

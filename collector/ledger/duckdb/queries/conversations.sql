-- Conversations of the billable calls of a period. The turns are in order of
-- start; of those that start together the span id decides.
SELECT
    conversation_id,
    min(epoch_ns(start_time))                                          AS first,
    max(epoch_ns(start_time))                                          AS last,
    coalesce(arg_min(user_id, (start_time, span_id)) FILTER (WHERE user_id <> ''), '')         AS first_user,
    coalesce(arg_min(application, (start_time, span_id)) FILTER (WHERE application <> ''), '') AS first_application,
    count(DISTINCT trace_id)                                           AS runs,
    arg_min(input_tokens, (start_time, span_id))                       AS first_input,
    arg_max(input_tokens, (start_time, span_id))                       AS last_input,
    max(input_tokens)                                                  AS max_input,
    count(*)                                                           AS calls,
    count(*) FILTER (WHERE is_error)                                   AS errors,
    count(*) FILTER (WHERE cost_status = 'unpriced')                   AS unpriced,
    count(*) FILTER (WHERE cost_status = 'invalid')                    AS invalid,
    sum(input_tokens)::BIGINT                                          AS input,
    sum(output_tokens)::BIGINT                                         AS output,
    sum(cache_read_tokens)::BIGINT                                     AS cache_read,
    sum(cache_write_tokens)::BIGINT                                    AS cache_write,
    sum(reasoning_tokens)::BIGINT                                      AS reasoning,
    coalesce(sum(cost), 0)::DECIMAL(38, 18)                            AS amount,
    sum(duration_ns)::BIGINT                                           AS duration
FROM llm_call_rows
WHERE billable AND conversation_id <> ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY conversation_id
ORDER BY {{.Order}}, conversation_id
LIMIT {{.Limit}} OFFSET {{.Offset}}

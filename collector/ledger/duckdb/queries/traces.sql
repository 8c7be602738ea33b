-- Traces whose first span starts in the period. A trace is taken to last a day
-- at most: {{.Conditions}} bounds the rows by the period and a day around it.
WITH nodes AS (
    SELECT trace_id, start_time, duration_ns, parent_span_id, role,
        concat_ws(' ', operation, request_model) AS name, agent, user_id,
        billable, is_error, cost_status, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, reasoning_tokens, cost,
        billable{{range .Match}} AND {{.}}{{end}} AS matches
    FROM llm_call_rows
    WHERE true{{range .Conditions}} AND {{.}}{{end}}
    UNION ALL
    SELECT trace_id, start_time, duration_ns, parent_span_id, role,
        name, agent, user_id,
        false, is_error, '', 0, 0, 0, 0, 0, NULL, false
    FROM agent_span_rows
    WHERE application <> '{{.Unlisted}}'{{range .Conditions}} AND {{.}}{{end}}
),
ranked AS (
    -- The order of a run: by start, a root before the others that share it.
    SELECT *, 2 * epoch_ns(start_time) + (parent_span_id <> 0)::BIGINT AS place
    FROM nodes
)
SELECT
    trace_id,
    arg_min(name, place)                                              AS root,
    coalesce(arg_min(agent, place) FILTER (WHERE role = 'agent'), '') AS first_agent,
    coalesce(arg_min(user_id, place) FILTER (WHERE user_id <> ''), '') AS first_user,
    min(epoch_ns(start_time))                                         AS start,
    least(max(epoch_ns(start_time)::HUGEINT + duration_ns) - min(epoch_ns(start_time)), 9223372036854775807)::BIGINT AS total,
    count(*)                                                          AS spans,
    {{totals "billable"}}
FROM ranked
GROUP BY trace_id
HAVING start >= ? AND start < ?
    AND (? = '' OR bool_or(agent = ?))
    AND (? = '' OR bool_or(user_id = ?))
    {{- if .Match}} AND bool_or(matches){{end}}
    {{- if .Errors}} AND bool_or(is_error){{end}}
    {{- if .MinCost}} AND amount >= {{.MinCost}}{{end}}
ORDER BY {{.Order}} DESC, trace_id
LIMIT {{.Limit}} OFFSET {{.Offset}}

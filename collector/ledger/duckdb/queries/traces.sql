-- Traces by their ids; a period bounds their rows.
WITH wanted AS (
    SELECT unnest(string_split(?, ','))::UUID AS trace_id
),
nodes AS (
    SELECT trace_id, start_time, duration_ns, parent_span_id, role,
        concat_ws(' ', operation, request_model) AS name, agent, user_id,
        billable, is_error, cost_status, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, reasoning_tokens, cost, nano_credits
    FROM llm_call_rows
    WHERE start_time >= make_timestamp_ns(?) AND start_time <= make_timestamp_ns(?) AND trace_id IN (SELECT trace_id FROM wanted)
    UNION ALL
    SELECT trace_id, start_time, duration_ns, parent_span_id, role,
        name, agent, user_id,
        false, is_error, '', 0, 0, 0, 0, 0, NULL, 0
    FROM agent_span_rows
    WHERE start_time >= make_timestamp_ns(?) AND start_time <= make_timestamp_ns(?) AND trace_id IN (SELECT trace_id FROM wanted)
        AND application <> '{{.Unlisted}}'
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
ORDER BY {{.Order}} DESC, trace_id

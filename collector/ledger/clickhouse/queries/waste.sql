-- Calls that were paid for and came to nothing, each in one class: the first that it
-- meets of failed, aborted, failed_run, tool_loop and resent.
WITH calls AS (
    SELECT trace_id, span_id, start_time, CAST(provider, 'String') AS vendor, CAST({{.Model}}, 'String') AS model_name,
        CAST(agent, 'String') AS agent_name, CAST(error_type, 'String') AS error_name, is_error, aborted, cost, ifNull(cost, toDecimal128(0, 18)) AS spent,
        input_tokens, output_tokens, cache_read_tokens, prompt_prefix, prompt_prefix_tokens AS prefix_tokens
    FROM llm_call_rows FINAL
    WHERE billable AND (cost > 0 OR cost IS NULL AND (input_tokens > 0 OR output_tokens > 0))
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
spans AS (
    SELECT trace_id, span_id, parent_span_id, start_time, CAST(role, 'String') AS role_name, CAST(agent, 'String') AS agent_name,
        CAST(tool, 'String') AS tool_name, is_error
    FROM agent_span_rows FINAL
    WHERE (role = 'tool' OR is_error AND parent_span_id = toFixedString('', 8))
    {{- range .Around}}
        AND {{.}}
    {{- end}}
),
-- Tools of one agent of a run in order: an island is of one tool, all failed or none.
islands AS (
    SELECT trace_id, agent_name, tool_name, is_error, start_time,
        toInt64(row_number() OVER (PARTITION BY trace_id, agent_name ORDER BY start_time, span_id))
            - toInt64(row_number() OVER (PARTITION BY trace_id, agent_name, tool_name, is_error ORDER BY start_time, span_id)) AS island
    FROM spans
    WHERE role_name = 'tool'
),
loops AS (
    SELECT trace_id, agent_name, tool_name, min(start_time) AS first_failure, max(start_time) AS last_failure
    FROM islands
    WHERE is_error
    GROUP BY trace_id, agent_name, tool_name, island
    HAVING count() >= {failures:Int64}
),
looped AS (
    SELECT c.trace_id AS trace_id, c.span_id AS span_id, any(l.tool_name) AS loop_tool
    FROM calls AS c INNER JOIN loops AS l ON c.trace_id = l.trace_id AND c.agent_name = l.agent_name
    WHERE c.start_time > l.first_failure AND c.start_time <= l.last_failure
    GROUP BY trace_id, span_id
),
resent AS (
    SELECT trace_id, span_id
    FROM (
        SELECT trace_id, span_id, prefix_tokens, cache_read_tokens, toUnixTimestamp64Nano(start_time) AS begun,
            lagInFrame(toNullable(begun)) OVER (
                PARTITION BY vendor, model_name, prompt_prefix ORDER BY begun, span_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS before
        FROM calls
        WHERE prompt_prefix != '' AND NOT is_error
    )
    WHERE prefix_tokens >= {min_tokens:Int64} AND cache_read_tokens = 0 AND ifNull(begun - before <= {within:Int64}, false)
),
classified AS (
    SELECT c.*, l.loop_tool AS loop_tool, multiIf(
        is_error, 'failed',
        aborted, 'aborted',
        c.trace_id GLOBAL IN (SELECT trace_id FROM spans WHERE is_error AND parent_span_id = toFixedString('', 8)), 'failed_run',
        l.span_id != toFixedString('', 8), 'tool_loop',
        (c.trace_id, c.span_id) GLOBAL IN (SELECT trace_id, span_id FROM resent), 'resent',
        '') AS kind
    FROM calls AS c LEFT JOIN looped AS l ON c.trace_id = l.trace_id AND c.span_id = l.span_id
)
{{- if .List}}
SELECT kind, vendor, model_name, input_tokens AS input, output_tokens AS output, prefix_tokens AS prefix, spent AS amount,
    trace_id AS trace, span_id AS span, toUnixTimestamp64Nano(start_time) AS begun, agent_name, loop_tool, error_name
FROM classified
WHERE kind != ''
ORDER BY kind, if(kind = 'resent', prefix_tokens, 0) DESC, spent DESC, trace_id, span_id
LIMIT {calls:UInt64} BY kind
{{- else}}
SELECT kind, vendor, model_name, formatDateTime(start_time, '%Y-%m-%d') AS day,
    count() AS calls, countIf(isNull(cost)) AS unpriced,
    {{total "input_tokens"}} AS input, {{total "output_tokens"}} AS output, {{total "prefix_tokens"}} AS prefix, {{amount "spent"}} AS amount
FROM classified
WHERE kind != ''
GROUP BY kind, vendor, model_name, day
ORDER BY kind, vendor, model_name, day
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

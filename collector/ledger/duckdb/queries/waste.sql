-- Calls that were paid for and came to nothing, each in one class: the first that it
-- meets of failed, aborted, failed_run, tool_loop and resent.
-- A row id identifies a call; calls are read several times, each time in few columns,
-- which is less work than to keep them in between.
WITH calls AS NOT MATERIALIZED (
    SELECT rowid AS id, trace_id, span_id, start_time, epoch_ns(start_time) AS begun, provider, {{.Model}} AS model, agent, error_type, is_error, aborted,
        cost, input_tokens, output_tokens, cache_read_tokens, prompt_prefix, prompt_prefix_tokens AS prefix_tokens
    FROM llm_call_rows
    WHERE billable AND (cost > 0 OR cost IS NULL AND (input_tokens > 0 OR output_tokens > 0))
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
spans AS (
    SELECT trace_id, span_id, parent_span_id, start_time, role, agent, tool, is_error
    FROM agent_span_rows
    WHERE (role = 'tool' OR is_error AND parent_span_id = 0)
    {{- range .Around}}
        AND {{.}}
    {{- end}}
),
-- Agents of which a tool failed often enough for a loop.
failing AS (
    SELECT trace_id, agent FROM spans WHERE role = 'tool' AND is_error GROUP BY trace_id, agent, tool HAVING count(*) >= {{.Failures}}
),
-- Their tools in order: an island is of one tool, all failed or none.
islands AS (
    SELECT trace_id, agent, tool, is_error, start_time,
        row_number() OVER (PARTITION BY trace_id, agent ORDER BY start_time, span_id)
            - row_number() OVER (PARTITION BY trace_id, agent, tool, is_error ORDER BY start_time, span_id) AS island
    FROM spans
    WHERE role = 'tool' AND (trace_id, agent) IN (SELECT (trace_id, agent) FROM failing)
),
loops AS (
    SELECT trace_id, agent, tool, min(start_time) AS first_failure, max(start_time) AS last_failure
    FROM islands
    WHERE is_error
    GROUP BY trace_id, agent, tool, island
    HAVING count(*) >= {{.Failures}}
),
failed_runs AS (
    SELECT DISTINCT trace_id FROM spans WHERE is_error AND parent_span_id = 0
),
-- The few calls of runs that failed or have a loop: the traces of all calls are compared once.
suspects AS MATERIALIZED (
    SELECT id, trace_id, agent, start_time
    FROM calls
    WHERE trace_id IN (SELECT trace_id FROM failed_runs UNION ALL SELECT trace_id FROM loops)
),
looped AS (
    SELECT c.id, any_value(l.tool) AS loop_tool
    FROM suspects c JOIN loops l ON c.trace_id = l.trace_id AND c.agent = l.agent
        AND c.start_time > l.first_failure AND c.start_time <= l.last_failure
    GROUP BY c.id
),
-- Calls with a prefix: a hash of the texts takes less work than the texts.
prompts AS NOT MATERIALIZED (
    SELECT id, hash(provider, model, prompt_prefix) AS prompt, begun, begun // {{.Lifetime}} AS stretch, span_id
    FROM calls
    WHERE prompt_prefix <> '' AND NOT is_error
),
-- The calls of a prompt in each stretch of time that is as long as a cache lasts. All but
-- the first of them have another one shortly before.
stretches AS MATERIALIZED (
    SELECT prompt, stretch, arg_min(id, begun::HUGEINT * 18446744073709551616 + span_id::HUGEINT) AS first, min(begun) AS begun, max(begun) AS last
    FROM prompts
    GROUP BY prompt, stretch
),
alone AS (
    SELECT s.first AS id
    FROM stretches s LEFT JOIN stretches b ON s.prompt = b.prompt AND s.stretch = b.stretch + 1
    WHERE b.last IS NULL OR s.begun - b.last > {{.Lifetime}}
),
resent AS (
    SELECT id
    FROM calls ANTI JOIN alone USING (id)
    WHERE prompt_prefix <> '' AND NOT is_error AND prefix_tokens >= {{.MinTokens}} AND cache_read_tokens = 0
),
-- A call with its classes, by their places in the order.
classes AS (
    SELECT id, if(is_error, 1, 2) AS class, '' AS loop_tool FROM calls WHERE is_error OR aborted
    UNION ALL
    SELECT id, 3, '' FROM suspects WHERE trace_id IN (SELECT trace_id FROM failed_runs)
    UNION ALL
    SELECT id, 4, loop_tool FROM looped
    UNION ALL
    SELECT id, 5, '' FROM resent
),
classified AS MATERIALIZED (
    SELECT id, max(loop_tool) AS loop_tool, ['failed', 'aborted', 'failed_run', 'tool_loop', 'resent'][min(class)] AS kind
    FROM classes
    GROUP BY id
),
wasted AS MATERIALIZED (
    SELECT kind, loop_tool, trace_id, span_id, begun, provider, model, agent, error_type, cost, input_tokens, output_tokens, prefix_tokens
    FROM calls JOIN classified USING (id)
),
listed AS (
    {{- range $i, $kind := .Kinds}}
    {{if $i}}UNION ALL {{end}}(
        SELECT *, coalesce(cost, 0)::DECIMAL(38, 18) AS spent
        FROM wasted
        WHERE kind = '{{$kind}}'
        ORDER BY if(kind = 'resent', prefix_tokens, 0) DESC, spent DESC, trace_id, span_id
        LIMIT {{$.Calls}}
    )
    {{- end}}
),
sums AS (
    SELECT kind, provider, model, begun // 86400000000000 AS day, count(*) AS calls, count(*) FILTER (WHERE cost IS NULL) AS unpriced,
        {{total "input_tokens"}} AS input, {{total "output_tokens"}} AS output, {{total "prefix_tokens"}} AS prefix, {{amount "cost"}} AS amount
    FROM wasted
    GROUP BY ALL
)
SELECT false AS listed, kind, provider, model, strftime(make_timestamp_ns(day * 86400000000000), '%Y-%m-%d') AS day,
    calls, unpriced, input, output, prefix, amount,
    '00000000-0000-0000-0000-000000000000'::UUID AS trace, 0::UBIGINT AS span, 0::BIGINT AS first_begun, '' AS agent_name, '' AS tool, '' AS failure,
    0::BIGINT AS place
FROM sums
UNION ALL
SELECT true, kind, provider, model, '', 0, 0, input_tokens, output_tokens, prefix_tokens, spent,
    trace_id, span_id, begun, agent, loop_tool, error_type,
    row_number() OVER (PARTITION BY kind ORDER BY if(kind = 'resent', prefix_tokens, 0) DESC, spent DESC, trace_id, span_id)
FROM listed
ORDER BY listed, kind, place, provider, model, day

-- Traces of which the root failed, and loops of failed tools.
WITH spans AS (
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
)
SELECT trace_id, false AS failed, hash(agent) AS agent, tool, epoch_ns(first_failure) AS first_failure, epoch_ns(last_failure) AS last_failure
FROM loops
UNION ALL
SELECT trace_id, true, 0::UBIGINT, '', 0::BIGINT, 0::BIGINT
FROM spans
WHERE is_error AND parent_span_id = 0

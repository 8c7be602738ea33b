-- Traces whose first span starts in the period. A trace is taken to last a day
-- at most: {{.Conditions}} bounds the rows by the period and a day around it.
--
-- Which traces are wanted is found out from the few columns that decide it; the
-- rest is read of those alone. A trace lies whole on one shard or on several, so
-- that their list goes to all (GLOBAL).
WITH wanted AS (
    SELECT trace_id
    FROM (
        SELECT trace_id, toUnixTimestamp64Nano(start_time) AS begun
            {{- if eq .Order "total"}}, duration_ns{{end}}
            {{- if or .MinCost (eq .Order "amount")}}, billable, assumeNotNull(cost) AS spent{{end}}
            {{- if .Errors}}, is_error{{end}}
            {{- if .Match}}, billable{{range .Match}} AND {{.}}{{end}} AS matches{{end}}
            {{- if .Agent}}, CAST(agent, 'String') AS agent_name{{end}}
            {{- if .User}}, user_id{{end}}
        FROM llm_call_rows FINAL
        WHERE true{{range .Conditions}} AND {{.}}{{end}}
        UNION ALL
        SELECT trace_id, toUnixTimestamp64Nano(start_time)
            {{- if eq .Order "total"}}, duration_ns{{end}}
            {{- if or .MinCost (eq .Order "amount")}}, false, toDecimal128(0, 18){{end}}
            {{- if .Errors}}, is_error{{end}}
            {{- if .Match}}, false{{end}}
            {{- if .Agent}}, CAST(agent, 'String'){{end}}
            {{- if .User}}, user_id{{end}}
        FROM agent_span_rows FINAL
        WHERE application != '{{.Unlisted}}'{{range .Conditions}} AND {{.}}{{end}}
    )
    GROUP BY trace_id
    HAVING min(begun) >= {from:Int64} AND min(begun) < {until:Int64}
        {{- if .Agent}} AND countIf(agent_name = {agent:String}) > 0{{end}}
        {{- if .User}} AND countIf(user_id = {user:String}) > 0{{end}}
        {{- if .Errors}} AND countIf(is_error) > 0{{end}}
        {{- if .Match}} AND countIf(matches) > 0{{end}}
        {{- if .MinCost}} AND sumIf(spent, billable) >= {{.MinCost}}{{end}}
    ORDER BY
        {{- if eq .Order "total"}} max(toInt128(begun) + duration_ns) - min(begun){{end}}
        {{- if eq .Order "amount"}} {{amountIf "spent" "billable"}}{{end}}
        {{- if eq .Order "start"}} min(begun){{end}} DESC, trace_id
    LIMIT {{.Limit}} OFFSET {{.Offset}}
),
nodes AS (
    SELECT trace_id, start_time, duration_ns, parent_span_id, CAST(role, 'String') AS kind,
        CAST(trim(concat(operation, ' ', request_model)), 'String') AS name, CAST(agent, 'String') AS agent_name, user_id,
        billable, is_error, CAST(cost_status, 'String') AS status, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, reasoning_tokens, assumeNotNull(cost) AS spent, nano_credits
    FROM llm_call_rows FINAL
    WHERE trace_id GLOBAL IN (SELECT trace_id FROM wanted){{range .Around}} AND {{.}}{{end}}
    UNION ALL
    SELECT trace_id, start_time, duration_ns, parent_span_id, CAST(role, 'String'),
        CAST(name, 'String'), CAST(agent, 'String'), user_id,
        false, is_error, '', 0, 0, 0, 0, 0, toDecimal128(0, 18), 0
    FROM agent_span_rows FINAL
    WHERE application != '{{.Unlisted}}' AND trace_id GLOBAL IN (SELECT trace_id FROM wanted){{range .Around}} AND {{.}}{{end}}
),
ranked AS (
    -- The order of a run: by start, a root before the others that share it.
    SELECT *,
        toUnixTimestamp64Nano(start_time) AS begun,
        (begun, parent_span_id != toFixedString('', 8)) AS place
    FROM nodes
)
SELECT
    trace_id                                             AS id,
    argMin(name, place)                                  AS root,
    argMinIf(agent_name, place, kind = 'agent')          AS first_agent,
    argMinIf(user_id, place, user_id != '')              AS first_user,
    min(begun)                                           AS start,
    toInt64(least(max(toInt128(begun) + duration_ns) - min(begun), toInt128(9223372036854775807))) AS total,
    count()                                              AS spans,
    {{totals "billable" "status" "spent"}}
FROM ranked
GROUP BY trace_id
ORDER BY {{.Order}} DESC, id
SETTINGS do_not_merge_across_partitions_select_final = 1

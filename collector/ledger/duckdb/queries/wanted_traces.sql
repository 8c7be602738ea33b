-- Traces whose first span starts in the period, from the few columns that decide which
-- are wanted. A trace is taken to last a day at most: {{.Conditions}} bounds the rows by
-- the period and a day around it.
SELECT trace_id, min(begun) AS start, max(begun) AS last
FROM (
    SELECT trace_id, epoch_ns(start_time) AS begun
        {{- if eq .Order "total"}}, duration_ns{{end}}
        {{- if or .MinCost (eq .Order "amount")}}, billable, cost{{end}}
        {{- if .Errors}}, is_error{{end}}
        {{- if .Match}}, billable{{range .Match}} AND {{.}}{{end}} AS matches{{end}}
        {{- if .Agent}}, agent{{end}}
        {{- if .User}}, user_id{{end}}
    FROM llm_call_rows
    WHERE true{{range .Conditions}} AND {{.}}{{end}}
    UNION ALL
    SELECT trace_id, epoch_ns(start_time)
        {{- if eq .Order "total"}}, duration_ns{{end}}
        {{- if or .MinCost (eq .Order "amount")}}, false, NULL{{end}}
        {{- if .Errors}}, is_error{{end}}
        {{- if .Match}}, false{{end}}
        {{- if .Agent}}, agent{{end}}
        {{- if .User}}, user_id{{end}}
    FROM agent_span_rows
    WHERE application <> '{{.Unlisted}}'{{range .Conditions}} AND {{.}}{{end}}
)
GROUP BY trace_id
HAVING min(begun) >= {{.First}} AND min(begun) < {{.End}}
    {{- if .Agent}} AND bool_or(agent = ?){{end}}
    {{- if .User}} AND bool_or(user_id = ?){{end}}
    {{- if .Match}} AND bool_or(matches){{end}}
    {{- if .Errors}} AND bool_or(is_error){{end}}
    {{- if .MinCost}} AND {{amountIf "cost" "billable"}} >= {{.MinCost}}{{end}}
ORDER BY
    {{- if eq .Order "total"}} max(begun::HUGEINT + duration_ns) - min(begun){{end}}
    {{- if eq .Order "amount"}} {{amountIf "cost" "billable"}}{{end}}
    {{- if eq .Order "start"}} min(begun){{end}} DESC, trace_id
LIMIT {{.Limit}} OFFSET {{.Offset}}

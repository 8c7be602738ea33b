-- Results of one kind, summed by dimensions of the calls that they are about. Of several
-- ways to be about calls the one of the lowest rank decides. Rank 3 is the calls of a
-- trace, 4 those of another agent than the one that the result names.
-- Row ids tell results and calls apart. Calls are read once for each way that some
-- result names, in the columns of that way, and once more for what is summed.
WITH results AS MATERIALIZED (
    SELECT rowid AS id, name, epoch_ns(time) AS made, trace_id, span_id, response_id, agent, conversation_id, tag_key, tag_value, value,
        error_type <> '' AND value IS NULL AND label = '' AS failed, {{.Verdict}} AS verdict
    FROM result_rows
    WHERE {{range $i, $c := .Results}}{{if $i}} AND {{end}}{{$c}}{{end}}
),
calls AS NOT MATERIALIZED (
    SELECT rowid AS call, trace_id AS call_trace, span_id AS call_span, epoch_ns(start_time) AS begun, agent AS call_agent, purpose = 'judge' AS judge,
        response_id AS call_response, conversation_id AS call_conversation
    {{- if .Tagged}}, tags AS call_tags{{end}}
    FROM llm_call_rows
    WHERE billable
    {{- range .Calls}}
        AND {{.}}
    {{- end}}
),
exact AS MATERIALIZED (
    SELECT id, 1 AS rank, call, begun
    FROM calls JOIN results ON call_response = response_id
    WHERE response_id <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT id, 2, call, begun
    FROM calls JOIN results ON call_trace = trace_id AND call_span = span_id
    WHERE span_id <> 0 AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
),
-- Most results name one call: the calls of a trace are looked at for the others alone.
rest AS MATERIALIZED (
    SELECT * FROM results WHERE id NOT IN (SELECT id FROM exact)
),
found AS (
    FROM exact
    UNION ALL
    SELECT id, if(agent <> '' AND agent <> call_agent, 4, 3), call, begun
    FROM calls JOIN rest ON call_trace = trace_id
    WHERE response_id = '' AND NOT judge AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT id, 5, call, begun
    FROM calls JOIN rest ON call_conversation = conversation_id
    WHERE conversation_id <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    {{- if .Tagged}}
    UNION ALL
    SELECT id, 6, call, begun
    FROM (
        SELECT call, begun, unnest(map_entries(call_tags)) AS tag
        FROM calls
        WHERE list_has_any(map_keys(call_tags), (SELECT list(DISTINCT tag_key) FROM rest WHERE tag_key <> ''))
    ) JOIN rest ON tag.key = tag_key AND tag.value = tag_value
    WHERE tag_key <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    {{- end}}
),
-- A row a result and call.
about AS MATERIALIZED (
    SELECT id, call, begun FROM found JOIN (SELECT id, min(rank) AS rank FROM found GROUP BY id) USING (id, rank)
),
facts AS MATERIALIZED (
    SELECT rowid AS call, cost,
    {{- range $i, $d := .Dimensions}}
        {{$d}} AS k{{$i}},
    {{- end}}
        {{range $i, $c := .Match}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}} AS kept
    FROM llm_call_rows
    WHERE rowid IN (SELECT call FROM about)
),
known AS (
    SELECT id, min(begun) AS first_begun, bool_or(kept) AS wanted
    {{- range $i, $d := .Dimensions}},
        if(min(k{{$i}}) = max(k{{$i}}), min(k{{$i}}), '{{$.Several}}') AS k{{$i}}
    {{- end}}
    FROM about JOIN facts USING (call)
    GROUP BY id
),
-- A row a result.
counted AS MATERIALIZED (
    SELECT id, name, value, failed, verdict, known.id IS NULL AS unknown
    {{- range $i, $d := .Dimensions}},
        coalesce(k{{$i}}, '') AS k{{$i}}
    {{- end}}
    FROM results LEFT JOIN known USING (id)
    WHERE coalesce(wanted, {{if .Match}}false{{else}}true{{end}})
        {{- if .From}} AND coalesce(first_begun, made) >= {{.From}}{{end}}{{if .Until}} AND coalesce(first_begun, made) < {{.Until}}{{end}}
),
-- Calls that results of a name and group are about, each once.
own AS (
    SELECT name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}},
        count(*) AS calls, count(*) FILTER (WHERE cost IS NULL) AS unpriced, {{amount "cost"}} AS amount
    FROM (
        SELECT name{{range $i, $d := .Dimensions}}, counted.k{{$i}}{{end}}, call, any_value(cost) AS cost
        FROM counted JOIN about USING (id) JOIN facts USING (call)
        WHERE verdict >= 0
        GROUP BY name{{range $i, $d := .Dimensions}}, counted.k{{$i}}{{end}}, call
    )
    GROUP BY name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
),
sums AS (
    SELECT
    {{- range $i, $d := .Dimensions}}
        k{{$i}},
    {{- end}}
        name,
        count(*) AS results,
        count(*) FILTER (WHERE failed) AS errors,
        count(*) FILTER (WHERE unknown) AS unknown,
        count(*) FILTER (WHERE value IS NOT NULL) AS valued,
        count(*) FILTER (WHERE verdict >= 0) AS judged,
        count(*) FILTER (WHERE verdict = 1) AS passed,
        {{amount "value"}} AS total_value,
        {{amountIf "value" "verdict = 1"}} AS passed_value
    FROM counted
    GROUP BY name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
)
SELECT sums.*, coalesce(calls, 0), coalesce(unpriced, 0), coalesce(amount, 0)::DECIMAL(38, 18)
FROM sums LEFT JOIN own USING (name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}})
ORDER BY name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}

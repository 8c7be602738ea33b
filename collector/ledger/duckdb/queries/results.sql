-- Results of one kind, summed by dimensions of the calls that they are about. Of several
-- ways to be about calls the one of the lowest rank decides. Rank 3 is the calls of a
-- trace, 4 those of another agent than the one that the result names.
WITH results AS (
    SELECT result_id, name, epoch_ns(time) AS made, trace_id, span_id, response_id, agent, conversation_id, tag_key, tag_value, value,
        error_type <> '' AND value IS NULL AND label = '' AS failed, {{.Verdict}} AS verdict
    FROM result_rows
    WHERE {{range $i, $c := .Results}}{{if $i}} AND {{end}}{{$c}}{{end}}
),
calls AS (
    SELECT trace_id AS call_trace, span_id AS call_span, epoch_ns(start_time) AS begun, agent AS call_agent, purpose = 'judge' AS judge,
        response_id AS call_response, conversation_id AS call_conversation, cost,
    {{- if .Tagged}}
        tags AS call_tags,
    {{- end}}
    {{- range $i, $d := .Dimensions}}
        {{$d}} AS k{{$i}},
    {{- end}}
        {{range $i, $c := .Match}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}} AS kept
    FROM llm_call_rows
    WHERE billable
    {{- range .Calls}}
        AND {{.}}
    {{- end}}
        AND (trace_id IN (SELECT trace_id FROM results)
            OR response_id IN (SELECT response_id FROM results WHERE response_id <> '')
            OR conversation_id IN (SELECT conversation_id FROM results WHERE conversation_id <> '')
            {{- if .Tagged}}
            OR coalesce(list_has_any(map_keys(tags), (SELECT list(DISTINCT tag_key) FROM results WHERE tag_key <> '')), false)
            {{- end}})
),
exact AS (
    SELECT c.*, r.*, 1 AS rank
    FROM calls c JOIN results r ON call_response = response_id
    WHERE response_id <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT c.*, r.*, 2
    FROM calls c JOIN results r ON call_trace = trace_id AND call_span = span_id
    WHERE begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
),
-- Most results name one call: the calls of a trace are looked at for the others alone.
rest AS (
    SELECT * FROM results r ANTI JOIN exact e ON r.result_id = e.result_id
),
loose AS (
    SELECT c.*, r.*, if(agent <> '' AND agent <> call_agent, 4, 3) AS rank
    FROM calls c JOIN rest r ON call_trace = trace_id
    WHERE response_id = '' AND NOT judge AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT c.*, r.*, 5
    FROM calls c JOIN rest r ON call_conversation = conversation_id
    WHERE conversation_id <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    {{- if .Tagged}}
    UNION ALL
    SELECT c.* EXCLUDE (tag), r.*, 6
    FROM (SELECT *, unnest(map_entries(call_tags)) AS tag FROM calls) c JOIN rest r ON c.tag.key = tag_key AND c.tag.value = tag_value
    WHERE tag_key <> '' AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    {{- end}}
),
matches AS (
    SELECT result_id, name, value, failed, verdict, rank, begun, kept, call_trace, call_span, cost{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
    FROM (SELECT * FROM exact UNION ALL SELECT * FROM loose)
    UNION ALL
    SELECT result_id, name, value, failed, verdict, 9,
        made, {{if .Match}}false{{else}}true{{end}}, '00000000-0000-0000-0000-000000000000'::UUID, 0, NULL{{range .Dimensions}}, ''{{end}}
    FROM results
),
ranked AS (
    SELECT *, min(rank) OVER (PARTITION BY result_id) AS least FROM matches
),
-- A row a result and call; the first of a result stands for it.
about AS (
    SELECT name, value, failed, verdict, rank, call_trace, call_span, cost,
        row_number() OVER (PARTITION BY result_id ORDER BY call_trace, call_span) = 1 AS head,
        min(begun) OVER (PARTITION BY result_id) AS first_begun,
        max(kept::INTEGER) OVER (PARTITION BY result_id) = 1 AS wanted
    {{- range $i, $d := .Dimensions}},
        if(min(k{{$i}}) OVER (PARTITION BY result_id) = max(k{{$i}}) OVER (PARTITION BY result_id), k{{$i}}, '{{$.Several}}') AS k{{$i}}
    {{- end}}
    FROM ranked
    WHERE rank = least
),
counted AS (
    SELECT *, rank < 9 AND verdict >= 0 AND row_number() OVER (
        PARTITION BY name, call_trace, call_span, verdict >= 0, rank = 9{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
    ) = 1 AS own
    FROM about
    WHERE wanted{{if .From}} AND first_begun >= {{.From}}{{end}}{{if .Until}} AND first_begun < {{.Until}}{{end}}
)
SELECT
{{- range $i, $d := .Dimensions}}
    k{{$i}},
{{- end}}
    name,
    count(*) FILTER (WHERE head) AS results,
    count(*) FILTER (WHERE head AND failed) AS errors,
    count(*) FILTER (WHERE head AND rank = 9) AS unknown,
    count(*) FILTER (WHERE head AND value IS NOT NULL) AS valued,
    count(*) FILTER (WHERE head AND verdict >= 0) AS judged,
    count(*) FILTER (WHERE head AND verdict = 1) AS passed,
    {{amountIf "value" "head"}} AS total_value,
    {{amountIf "value" "head AND verdict = 1"}} AS passed_value,
    count(*) FILTER (WHERE own) AS calls,
    count(*) FILTER (WHERE own AND cost IS NULL) AS unpriced,
    {{amountIf "cost" "own"}} AS amount
FROM counted
GROUP BY name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
ORDER BY name{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}

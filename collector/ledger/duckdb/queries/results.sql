-- Results of one kind, summed by dimensions of the calls that they are about. A link
-- ties a result to calls; of several links the one of the lowest rank decides. Rank 3
-- is the calls of a trace, 4 those of another agent than the one that the result names.
WITH results AS (
    SELECT result_id, name, epoch_ns(time) AS made, trace_id, span_id, response_id, agent, conversation_id, tag_key, tag_value, value,
        error_type <> '' AND value IS NULL AND label = '' AS failed, {{.Verdict}} AS verdict
    FROM result_rows
    WHERE {{range $i, $c := .Results}}{{if $i}} AND {{end}}{{$c}}{{end}}
),
links AS (
    SELECT *, 'r' || response_id AS link, 1 AS rank FROM results WHERE response_id <> ''
    UNION ALL
    SELECT *, 's' || trace_id::VARCHAR || span_id::VARCHAR, 2 FROM results WHERE span_id <> 0
    UNION ALL
    SELECT *, 't' || trace_id::VARCHAR, 3 FROM results WHERE trace_id <> '00000000-0000-0000-0000-000000000000' AND response_id = ''
    UNION ALL
    SELECT *, 'c' || conversation_id, 5 FROM results WHERE conversation_id <> ''
    {{- if .Tagged}}
    UNION ALL
    SELECT *, 'g' || tag_key || chr(31) || tag_value, 6 FROM results WHERE tag_key <> ''
    {{- end}}
),
calls AS (
    SELECT trace_id AS call_trace, span_id AS call_span, epoch_ns(start_time) AS begun, agent AS call_agent, purpose = 'judge' AS judge, cost,
    {{- range $i, $d := .Dimensions}}
        {{$d}} AS k{{$i}},
    {{- end}}
        {{range $i, $c := .Match}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}} AS kept,
        unnest(list_concat(
            ['r' || response_id, 's' || trace_id::VARCHAR || span_id::VARCHAR, 't' || trace_id::VARCHAR, 'c' || conversation_id],
            {{if .Tagged}}list_transform(map_entries(tags), lambda e: 'g' || e.key || chr(31) || e.value){{else}}[]::VARCHAR[]{{end}}
        )) AS call_link
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
matches AS (
    SELECT result_id, name, made, value, failed, verdict, if(rank = 3 AND agent <> '' AND agent <> call_agent, 4, rank) AS rank,
        begun, kept, call_trace, call_span, cost{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
    FROM calls JOIN links ON call_link = link
    WHERE NOT (rank = 3 AND judge) AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT result_id, name, made, value, failed, verdict, 9,
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

-- Results of one kind, summed by dimensions of the calls that they are about. A link
-- ties a result to calls; of several links the one of the lowest rank decides. Rank 3
-- is the calls of a trace, 4 those of another agent than the one that the result names.
WITH results AS (
    SELECT result_id, CAST(name, 'String') AS title, toUnixTimestamp64Nano(time) AS made, trace_id, span_id, response_id, CAST(agent, 'String') AS agent_name,
        conversation_id, CAST(tag_key, 'String') AS tag_name, tag_value, value,
        error_type != '' AND isNull(value) AND label = '' AS failed, toInt8({{.Verdict}}) AS verdict
    FROM result_rows FINAL
    WHERE {{range $i, $c := .Results}}{{if $i}} AND {{end}}{{$c}}{{end}}
),
links AS (
    SELECT *, concat('r', response_id) AS link, toUInt8(1) AS rank FROM results WHERE response_id != ''
    UNION ALL
    SELECT *, concat('s', trace_id, span_id) AS link, toUInt8(2) AS rank FROM results WHERE span_id != toFixedString('', 8)
    UNION ALL
    SELECT *, concat('t', trace_id) AS link, toUInt8(3) AS rank FROM results WHERE trace_id != toFixedString('', 16) AND response_id = ''
    UNION ALL
    SELECT *, concat('c', conversation_id) AS link, toUInt8(5) AS rank FROM results WHERE conversation_id != ''
    {{- if .Tagged}}
    UNION ALL
    SELECT *, concat('g', tag_name, '\x1f', tag_value) AS link, toUInt8(6) AS rank FROM results WHERE tag_name != ''
    {{- end}}
),
calls AS (
    SELECT trace_id AS call_trace, span_id AS call_span, toUnixTimestamp64Nano(start_time) AS begun, CAST(agent, 'String') AS call_agent,
        purpose = 'judge' AS judge, cost AS call_cost,
    {{- range $i, $d := .Dimensions}}
        CAST({{$d}}, 'String') AS d{{$i}},
    {{- end}}
        toUInt8({{range $i, $c := .Match}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}}) AS kept,
        arrayJoin(arrayConcat(
            [concat('r', response_id), concat('s', trace_id, span_id), concat('t', trace_id), concat('c', conversation_id)],
            {{if .Tagged}}arrayMap((k, v) -> concat('g', k, '\x1f', v), mapKeys(tags), mapValues(tags)){{else}}CAST([], 'Array(String)'){{end}}
        )) AS call_link
    FROM llm_call_rows FINAL
    WHERE billable
    {{- range .Calls}}
        AND {{.}}
    {{- end}}
        AND (trace_id GLOBAL IN (SELECT trace_id FROM results)
            OR response_id GLOBAL IN (SELECT response_id FROM results WHERE response_id != '')
            OR conversation_id GLOBAL IN (SELECT conversation_id FROM results WHERE conversation_id != '')
            {{- if .Tagged}}
            OR hasAny(arrayMap(k -> toString(k), mapKeys(tags)), (SELECT groupUniqArray(tag_name) FROM results WHERE tag_name != ''))
            {{- end}})
),
matches AS (
    SELECT result_id, title, made, value, failed, verdict, toUInt8(if(rank = 3 AND agent_name != '' AND agent_name != call_agent, 4, rank)) AS place,
        begun, kept, call_trace, call_span, call_cost{{range $i, $d := .Dimensions}}, d{{$i}}{{end}}
    FROM calls GLOBAL INNER JOIN links ON call_link = link
    WHERE NOT (rank = 3 AND judge) AND begun BETWEEN made - {{.Reach}} AND made + {{.Day}}
    UNION ALL
    SELECT result_id, title, made, value, failed, verdict, toUInt8(9) AS place,
        made AS begun, toUInt8({{if .Match}}0{{else}}1{{end}}) AS kept, toFixedString('', 16) AS call_trace, toFixedString('', 8) AS call_span,
        CAST(NULL, 'Nullable(Decimal(38, 18))') AS call_cost{{range $i, $d := .Dimensions}}, '' AS d{{$i}}{{end}}
    FROM results
),
ranked AS (
    SELECT *, min(place) OVER (PARTITION BY result_id) AS least FROM matches
),
-- A row a result and call; the first of a result stands for it.
about AS (
    SELECT title, value, failed, verdict, place, call_trace, call_span, call_cost,
        row_number() OVER (PARTITION BY result_id ORDER BY call_trace, call_span) = 1 AS head,
        min(begun) OVER (PARTITION BY result_id) AS first_begun,
        max(kept) OVER (PARTITION BY result_id) = 1 AS wanted
    {{- range $i, $d := .Dimensions}},
        if(min(d{{$i}}) OVER (PARTITION BY result_id) = max(d{{$i}}) OVER (PARTITION BY result_id), d{{$i}}, '{{$.Several}}') AS k{{$i}}
    {{- end}}
    FROM ranked
    WHERE place = least
),
counted AS (
    SELECT *, ifNull(value, toDecimal128(0, 18)) AS number, ifNull(call_cost, toDecimal128(0, 18)) AS spent,
        place < 9 AND verdict >= 0 AND row_number() OVER (
            PARTITION BY title, call_trace, call_span, verdict >= 0, place = 9{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
        ) = 1 AS own
    FROM about
    WHERE wanted{{if .From}} AND first_begun >= {{.From}}{{end}}{{if .Until}} AND first_begun < {{.Until}}{{end}}
)
SELECT
{{- range $i, $d := .Dimensions}}
    k{{$i}},
{{- end}}
    title,
    countIf(head) AS results,
    countIf(head AND failed) AS errors,
    countIf(head AND place = 9) AS unknown,
    countIf(head AND isNotNull(value)) AS valued,
    countIf(head AND verdict >= 0) AS judged,
    countIf(head AND verdict = 1) AS passed,
    {{amountIf "number" "head"}} AS total_value,
    {{amountIf "number" "head AND verdict = 1"}} AS passed_value,
    countIf(own) AS calls,
    countIf(own AND isNull(call_cost)) AS unpriced,
    {{amountIf "spent" "own"}} AS amount
FROM counted
GROUP BY title{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
ORDER BY title{{range $i, $d := .Dimensions}}, k{{$i}}{{end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

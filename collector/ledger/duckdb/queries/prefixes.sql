-- How often a prompt came again with the prefix of one before, by dimension.
WITH calls AS (
    SELECT
    {{- range $i, $d := .Dimensions}}
        {{$d}} AS k{{$i}},
    {{- end}}
        prompt_prefix, prompt_prefix_tokens AS tokens, span_id, epoch_ns(start_time) AS begun
    FROM llm_call_rows
    WHERE billable AND prompt_prefix <> '' AND NOT is_error
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
gaps AS (
    SELECT *, tokens >= {{.MinTokens}} AS long,
        coalesce(begun - lag(begun) OVER (
            PARTITION BY {{range $i, $_ := .Dimensions}}k{{$i}}, {{end}}prompt_prefix
            ORDER BY begun, span_id
        ) <= {{.Lifetime}}, false) AS again
    FROM calls
)
SELECT
{{- range $i, $_ := .Dimensions}}
    k{{$i}},
{{- end}}
    count(*)                                                 AS calls,
    count(*) FILTER (WHERE long)                             AS long_calls,
    count(DISTINCT prompt_prefix) FILTER (WHERE long)        AS prefixes,
    count(*) FILTER (WHERE long AND again)                   AS again_calls,
    {{totalIf "tokens" "long"}}           AS tokens,
    {{totalIf "tokens" "long AND again"}} AS again_tokens
FROM gaps
{{- if .Dimensions}}
GROUP BY {{places 1 .Dimensions}}
ORDER BY {{range $i, $_ := .Dimensions}}{{if $i}}, {{end}}k{{$i}}{{end}}
{{- end}}

-- How often a prompt came again with the prefix of one before, by dimension.
WITH calls AS (
    SELECT
    {{- range $i, $d := .Dimensions}}
        CAST({{$d}}, 'String') AS k{{$i}},
    {{- end}}
        prompt_prefix, prompt_prefix_tokens AS prefix_tokens, span_id, toUnixTimestamp64Nano(start_time) AS begun
    FROM llm_call_rows FINAL
    WHERE billable AND prompt_prefix != '' AND NOT is_error
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
gaps AS (
    SELECT *, prefix_tokens >= {min_tokens:Int64} AS is_long,
        lagInFrame(toNullable(begun)) OVER (
            PARTITION BY {{range $i, $_ := .Dimensions}}k{{$i}}, {{end}}prompt_prefix
            ORDER BY begun, span_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS before,
        ifNull(begun - before <= {within:Int64}, false) AS is_again
    FROM calls
)
SELECT
{{- range $i, $_ := .Dimensions}}
    k{{$i}},
{{- end}}
    count()                                   AS calls,
    countIf(is_long)                          AS long_calls,
    uniqExactIf(prompt_prefix, is_long)       AS prefixes,
    countIf(is_long AND is_again)             AS again_calls,
    {{totalIf "prefix_tokens" "is_long"}}             AS tokens,
    {{totalIf "prefix_tokens" "is_long AND is_again"}} AS again_tokens
FROM gaps
{{- if .Dimensions}}
GROUP BY {{range $i, $_ := .Dimensions}}{{if $i}}, {{end}}k{{$i}}{{end}}
ORDER BY {{range $i, $_ := .Dimensions}}{{if $i}}, {{end}}k{{$i}}{{end}}
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1, max_bytes_before_external_sort = 500000000

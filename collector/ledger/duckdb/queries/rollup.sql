-- Totals of a period from a rollup, by dimension, dearest first.
SELECT
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
    {{total "calls"}}                                            AS calls,
    {{total "errors"}}                                           AS errors,
    {{totalIf "calls" "cost_status = 'unpriced'"}}    AS unpriced,
    {{totalIf "calls" "cost_status = 'invalid'"}}     AS invalid,
    {{total "input_tokens"}}                    AS input_tokens,
    {{total "output_tokens"}}                   AS output_tokens,
    {{total "cache_read_tokens"}}               AS cache_read_tokens,
    {{total "cache_write_tokens"}}              AS cache_write_tokens,
    {{total "reasoning_tokens"}}                AS reasoning_tokens,
    {{amount "cost"}}                   AS cost,
    {{total "duration_ns"}}                     AS duration_ns,
    {{total "nano_credits"}}                                  AS credits,
    0::BIGINT AS p50_ns, 0::BIGINT AS p95_ns, 0::BIGINT AS p99_ns, 0::BIGINT AS mean_ttfc_ns
FROM {{.Rollup}}
WHERE true
{{- range .Conditions}}
    AND {{.}}
{{- end}}
{{- if .Dimensions}}
GROUP BY {{places 1 .Dimensions}}
{{- end}}
ORDER BY cost DESC
{{- range $i, $_ := .Dimensions}}, k{{$i}}{{end}}
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}

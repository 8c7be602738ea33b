-- Totals of a period from a rollup, by dimension, dearest first.
SELECT
{{- range $i, $d := .Dimensions}}
    CAST({{$d}}, 'String')                                    AS k{{$i}},
{{- end}}
    sum(r.calls)                                              AS calls,
    sum(r.errors)                                             AS errors,
    sumIf(r.calls, cost_status = 'unpriced')                  AS unpriced,
    sumIf(r.calls, cost_status = 'invalid')                   AS invalid,
    {{total "input_tokens"}}                                         AS input,
    {{total "output_tokens"}}                                        AS output,
    {{total "cache_read_tokens"}}                                    AS cache_read,
    {{total "cache_write_tokens"}}                                   AS cache_write,
    {{total "reasoning_tokens"}}                                     AS reasoning,
    {{amount "r.cost"}}                                               AS amount,
    {{total "duration_ns"}}                                          AS duration,
    {{total "nano_credits"}}                                  AS credits,
    toInt64(0) AS p50, toInt64(0) AS p95, toInt64(0) AS p99, toInt64(0) AS mean_ttfc
FROM {{.Rollup}} AS r
WHERE true
{{- range .Conditions}}
    AND {{.}}
{{- end}}
{{- if .Dimensions}}
GROUP BY {{range $i, $_ := .Dimensions}}{{if $i}}, {{end}}k{{$i}}{{end}}
{{- end}}
ORDER BY amount DESC
{{- range $i, $_ := .Dimensions}}, k{{$i}}{{end}}
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}

-- Totals of a period from a rollup, by dimension, dearest first.
SELECT
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
    coalesce(sum(calls), 0)::BIGINT                                            AS calls,
    coalesce(sum(errors), 0)::BIGINT                                           AS errors,
    coalesce(sum(calls) FILTER (WHERE cost_status = 'unpriced'), 0)::BIGINT    AS unpriced,
    coalesce(sum(calls) FILTER (WHERE cost_status = 'invalid'), 0)::BIGINT     AS invalid,
    least(coalesce(sum(input_tokens), 0), 9223372036854775807)::BIGINT AS input_tokens,
    least(coalesce(sum(output_tokens), 0), 9223372036854775807)::BIGINT AS output_tokens,
    least(coalesce(sum(cache_read_tokens), 0), 9223372036854775807)::BIGINT AS cache_read_tokens,
    least(coalesce(sum(cache_write_tokens), 0), 9223372036854775807)::BIGINT AS cache_write_tokens,
    least(coalesce(sum(reasoning_tokens), 0), 9223372036854775807)::BIGINT AS reasoning_tokens,
    coalesce(sum(cost), 0)::DECIMAL(38, 18)                   AS cost,
    least(coalesce(sum(duration_ns), 0), 9223372036854775807)::BIGINT AS duration_ns,
    0 AS p50_ns, 0 AS p95_ns, 0 AS p99_ns, 0 AS mean_ttfc_ns
FROM {{.Rollup}}
WHERE true
{{- range .Conditions}}
    AND {{.}}
{{- end}}
{{- if .Dimensions}}
GROUP BY {{range $i, $_ := .Dimensions}}{{if $i}}, {{end}}k{{$i}}{{end}}
{{- end}}
ORDER BY cost DESC
{{- range $i, $_ := .Dimensions}}, k{{$i}}{{end}}
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}

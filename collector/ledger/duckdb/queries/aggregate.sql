-- Totals and latency of the billable calls of a period, by dimension, dearest
-- first.
SELECT
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
    count(*)                                                  AS calls,
    count(*) FILTER (WHERE is_error)                          AS errors,
    count(*) FILTER (WHERE cost_status = 'unpriced')          AS unpriced,
    count(*) FILTER (WHERE cost_status = 'invalid')           AS invalid,
    least(coalesce(sum(input_tokens), 0), 9223372036854775807)::BIGINT AS input_tokens,
    least(coalesce(sum(output_tokens), 0), 9223372036854775807)::BIGINT AS output_tokens,
    least(coalesce(sum(cache_read_tokens), 0), 9223372036854775807)::BIGINT AS cache_read_tokens,
    least(coalesce(sum(cache_write_tokens), 0), 9223372036854775807)::BIGINT AS cache_write_tokens,
    least(coalesce(sum(reasoning_tokens), 0), 9223372036854775807)::BIGINT AS reasoning_tokens,
    coalesce(sum(cost), 0)::DECIMAL(38, 18)                   AS cost,
    least(coalesce(sum(duration_ns), 0), 9223372036854775807)::BIGINT AS duration_ns,
{{- if .TotalsOnly}}
    0 AS p50_ns, 0 AS p95_ns, 0 AS p99_ns, 0 AS mean_ttfc_ns
{{- else}}
    coalesce(quantile_disc(duration_ns, 0.5), 0)              AS p50_ns,
    coalesce(quantile_disc(duration_ns, 0.95), 0)             AS p95_ns,
    coalesce(quantile_disc(duration_ns, 0.99), 0)             AS p99_ns,
    coalesce(sum(ttfc_ns) FILTER (WHERE streamed AND ttfc_ns > 0)
        // count(*) FILTER (WHERE streamed AND ttfc_ns > 0), 0)::BIGINT AS mean_ttfc_ns
{{- end}}
FROM llm_call_rows
WHERE billable
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

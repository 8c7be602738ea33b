-- Totals and latency of the billable calls of a period, by dimension, dearest
-- first.
SELECT
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
{{- if .CallsOnly}}
    count(*) AS calls, 0::BIGINT AS errors, 0::BIGINT AS unpriced, 0::BIGINT AS invalid, 0::BIGINT AS input, 0::BIGINT AS output, 0::BIGINT AS cache_read, 0::BIGINT AS cache_write, 0::BIGINT AS reasoning,
    0::DECIMAL(38, 18) AS amount, 0::BIGINT AS duration, 0::BIGINT AS credits,
{{- else}}
    {{totals ""}},
{{- end}}
{{- if .TotalsOnly}}
    0::BIGINT AS p50_ns, 0::BIGINT AS p95_ns, 0::BIGINT AS p99_ns, 0::BIGINT AS mean_ttfc_ns
{{- else}}
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[1], 0) AS p50_ns,
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[2], 0) AS p95_ns,
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[3], 0) AS p99_ns,
    coalesce(sum(ttfc_ns) FILTER (WHERE streamed AND ttfc_ns > 0)
        // count(*) FILTER (WHERE streamed AND ttfc_ns > 0), 0)::BIGINT AS mean_ttfc_ns
{{- end}}
FROM llm_call_rows
WHERE billable
{{- range .Conditions}}
    AND {{.}}
{{- end}}
{{- if .Dimensions}}
GROUP BY {{places 1 .Dimensions}}
{{- end}}
ORDER BY amount DESC
{{- range $i, $_ := .Dimensions}}, k{{$i}}{{end}}
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}

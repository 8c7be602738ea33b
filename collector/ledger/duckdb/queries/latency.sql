-- Latency of the billable calls of a period, by dimension.
SELECT
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[1], 0) AS p50_ns,
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[2], 0) AS p95_ns,
    coalesce(quantile_disc(duration_ns, [0.5, 0.95, 0.99])[3], 0) AS p99_ns,
    coalesce(sum(ttfc_ns) FILTER (WHERE streamed AND ttfc_ns > 0)
        // count(*) FILTER (WHERE streamed AND ttfc_ns > 0), 0)::BIGINT AS mean_ttfc_ns
FROM llm_call_rows
WHERE billable
{{- range .Conditions}}
    AND {{.}}
{{- end}}
{{- if .Dimensions}}
GROUP BY {{places 1 .Dimensions}}
{{- end}}

-- Totals and latency of the billable calls of a period, by dimension, dearest
-- first.
--
-- quantilesExact takes the elements at floor(level * n), counted from 0; a level
-- smaller by 1e-11 makes that the nearest rank, ceil(level * n) counted from 1,
-- for up to a thousand million rows. The durations are kept once for all three.
SELECT
{{- range $i, $d := .Dimensions}}
    CAST({{$d}}, 'String')                                    AS k{{$i}},
{{- end}}
{{- if .CallsOnly}}
    count() AS calls, toUInt64(0) AS errors, toUInt64(0) AS unpriced, toUInt64(0) AS invalid,
    toInt64(0) AS input, toInt64(0) AS output, toInt64(0) AS cache_read, toInt64(0) AS cache_write, toInt64(0) AS reasoning,
    toDecimal128(0, 18) AS amount, toInt64(0) AS duration, toInt64(0) AS credits,
{{- else}}
    {{totals "" "cost_status" "assumeNotNull(cost)"}},
{{- end}}
{{- if .TotalsOnly}}
    toInt64(0) AS p50, toInt64(0) AS p95, toInt64(0) AS p99, toInt64(0) AS mean_ttfc
{{- else}}
    (quantilesExact(0.5 - 1e-11, 0.95 - 1e-11, 0.99 - 1e-11)(duration_ns) AS ranked)[1] AS p50,
    ranked[2]                                                 AS p95,
    ranked[3]                                                 AS p99,
    toInt64(intDivOrZero(sumIf(toInt128(ttfc_ns), streamed AND ttfc_ns > 0), toInt128(countIf(streamed AND ttfc_ns > 0)))) AS mean_ttfc
{{- end}}
FROM llm_call_rows FINAL
WHERE billable
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
SETTINGS do_not_merge_across_partitions_select_final = 1

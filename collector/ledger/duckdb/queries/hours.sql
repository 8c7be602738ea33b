-- Rows by the hour since 1970.
SELECT epoch_ns(instant) // 3600000000000 AS hour, count(*)
FROM (
{{- range $i, $s := .Sources}}
    {{if $i}}UNION ALL {{end}}SELECT {{$s.Time}} AS instant FROM {{$s.Table}}
    WHERE {{$s.Time}} >= make_timestamp_ns(?) AND {{$s.Time}} < make_timestamp_ns(?)
{{- end}}
)
GROUP BY hour
ORDER BY hour

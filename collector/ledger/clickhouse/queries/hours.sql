-- Rows by the hour since 1970. Versions of a row that are not merged yet count apart:
-- the numbers bound what is read, no more.
SELECT intDiv(toUnixTimestamp64Nano(instant), 3600000000000) AS hour, count() AS number
FROM (
{{- range $i, $s := .Sources}}
    {{if $i}}UNION ALL {{end}}SELECT {{$s.Time}} AS instant FROM {{$s.Table}}
    WHERE {{$s.Time}} >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND {{$s.Time}} < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
{{- end}}
)
GROUP BY hour
ORDER BY hour

SELECT count() AS number, toUnixTimestamp64Nano(min(instant)) AS first, toUnixTimestamp64Nano(max(instant)) AS last
FROM (
{{- range $i, $s := .Sources}}
    {{if $i}}UNION ALL {{end}}SELECT {{$s.Time}} AS instant FROM {{$s.Table}}
    {{- if $.Bounded}} WHERE {{$s.Time}} >= fromUnixTimestamp64Nano({from:Int64}, 'UTC'){{end}}
{{- end}}
)

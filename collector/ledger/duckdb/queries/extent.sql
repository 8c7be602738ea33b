SELECT epoch_ns(min(instant)), epoch_ns(max(instant))
FROM (
{{- range $i, $s := .Sources}}
    {{if $i}}UNION ALL {{end}}SELECT {{$s.Time}} AS instant FROM {{$s.Table}}
    {{- if $.Bounded}} WHERE {{$s.Time}} >= make_timestamp_ns(?){{end}}
{{- end}}
)

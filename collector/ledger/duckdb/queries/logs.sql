SELECT {{.Columns}}
FROM {{.Table}}
WHERE {{range $i, $c := .Conditions}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}}
{{if .ByReceipt -}}
ORDER BY received_time, log_id
{{- else -}}
ORDER BY time DESC, log_id
{{- end}}
LIMIT {{.Limit}}

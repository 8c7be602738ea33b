SELECT {{.Columns}}
FROM {{.Table}} FINAL
WHERE {{range $i, $c := .Conditions}}{{if $i}} AND {{end}}{{$c}}{{else}}true{{end}}
{{if .ByReceipt -}}
ORDER BY version DESC, log_id
{{- else -}}
ORDER BY time DESC, log_id
{{- end}}
LIMIT {{.Limit}}
SETTINGS do_not_merge_across_partitions_select_final = 1

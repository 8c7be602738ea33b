SELECT {{.Columns}}
FROM {{.Table}}{{if .Final}} FINAL{{end}}
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND toDate(start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
  AND trace_id IN (SELECT toFixedString(unhex(arrayJoin(splitByChar(',', {traces:String}))), 16))
{{- if .Spans}}
  AND span_id IN (SELECT toFixedString(unhex(arrayJoin(splitByChar(',', {spans:String}))), 8))
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

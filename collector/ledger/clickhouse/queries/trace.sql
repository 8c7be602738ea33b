-- The condition is on the key, so that it may come before rows replace each other: of the
-- many blocks in which the trace may be, one column is read, and of those in which it is,
-- all.
SELECT {{.Columns}}
FROM {{.Table}} FINAL
PREWHERE trace_id = toFixedString(unhex({trace:String}), 16)
{{- if not .Unordered}}
ORDER BY start_time, span_id
{{- end}}
{{- if .Limit}}
LIMIT {{.Limit}}
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

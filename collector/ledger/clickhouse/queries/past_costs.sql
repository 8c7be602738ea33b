SELECT {{.Columns}}
FROM {{.Table}} FINAL
WHERE trace_id = toFixedString(unhex({trace:String}), 16)
ORDER BY start_time, span_id, revision
SETTINGS do_not_merge_across_partitions_select_final = 1

SELECT {{.Columns}}
FROM {{.Table}} FINAL
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND toDate(start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
SETTINGS do_not_merge_across_partitions_select_final = 1

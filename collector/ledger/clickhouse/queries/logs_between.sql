SELECT {{.Columns}}
FROM {{.Table}} FINAL
WHERE time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
SETTINGS do_not_merge_across_partitions_select_final = 1

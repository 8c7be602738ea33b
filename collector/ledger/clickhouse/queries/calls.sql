-- dialect.go says why the instant is not compared as it is.
SELECT {{.Columns}}
FROM {{.Table}} FINAL
WHERE bitNot(bitNot(toUnixTimestamp64Nano(start_time))) >= {from:Int64}
  AND bitNot(bitNot(toUnixTimestamp64Nano(start_time))) < {until:Int64}
  AND toDate(start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
SETTINGS do_not_merge_across_partitions_select_final = 1

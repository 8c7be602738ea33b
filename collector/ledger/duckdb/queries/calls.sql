SELECT {{.Columns}} FROM {{.Table}}
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)

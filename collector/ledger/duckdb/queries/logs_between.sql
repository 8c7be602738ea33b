SELECT {{.Columns}} FROM {{.Table}}
WHERE time >= make_timestamp_ns(?) AND time < make_timestamp_ns(?)

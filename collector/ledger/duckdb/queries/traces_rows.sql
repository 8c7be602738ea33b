SELECT {{.Columns}} FROM {{.Table}}
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)
  AND trace_id IN (SELECT unnest(string_split(?, ','))::UUID)

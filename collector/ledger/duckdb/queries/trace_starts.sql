SELECT epoch_ns(start_time) FROM {{.Table}}
WHERE trace_id = ?::UUID AND start_time >= make_timestamp_ns(?)
ORDER BY start_time

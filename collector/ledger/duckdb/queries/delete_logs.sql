DELETE FROM log_rows WHERE time < make_timestamp_ns(?)

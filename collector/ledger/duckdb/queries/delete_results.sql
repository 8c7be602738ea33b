DELETE FROM result_rows WHERE time < make_timestamp_ns(?)

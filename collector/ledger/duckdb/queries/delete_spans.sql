DELETE FROM agent_span_rows WHERE start_time < make_timestamp_ns(?)

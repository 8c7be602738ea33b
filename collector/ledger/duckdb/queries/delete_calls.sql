DELETE FROM llm_call_rows WHERE start_time < make_timestamp_ns(?)

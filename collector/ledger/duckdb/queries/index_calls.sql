-- The keys of the calls of a day, and what settling finds them by.
SELECT trace_id, span_id, claim, if(claim IN ('log', 'server', 'batch'), response_id, '')
FROM llm_call_rows
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)

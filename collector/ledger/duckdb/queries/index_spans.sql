-- The keys of the agent spans of a day.
SELECT trace_id, span_id, '', ''
FROM agent_span_rows
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)

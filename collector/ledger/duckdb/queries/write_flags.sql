-- DuckDB deletes and inserts the whole row of a list that changes: most do not.
UPDATE llm_call_rows AS c
SET cost_flags = s.cost_flags
FROM {{.Staging}} AS s
WHERE c.start_time >= make_timestamp_ns(?) AND c.start_time <= make_timestamp_ns(?)
    AND c.trace_id = s.trace_id AND c.span_id = s.span_id
    AND c.start_time = s.start_time AND c.revision = s.revision AND c.received_time = s.received_time
    AND c.cost_flags <> s.cost_flags

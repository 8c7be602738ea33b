-- Rows of the table that the staged ones replace. The period lets DuckDB skip
-- the row groups of other days.
DELETE FROM {{.Table}} AS t
USING {{.Staging}} AS s
WHERE t.start_time >= make_timestamp_ns(?) AND t.start_time < make_timestamp_ns(?)
    AND t.trace_id = s.trace_id AND t.span_id = s.span_id
    AND t.start_time::DATE = s.start_time::DATE

-- Staged log records that the table has already. The period lets DuckDB skip
-- the row groups of other hours.
DELETE FROM {{.Staging}} AS s
USING {{.Table}} AS t
WHERE t.time >= make_timestamp_ns(?) AND t.time < make_timestamp_ns(?)
    AND t.trace_id = s.trace_id AND t.span_id = s.span_id AND t.log_id = s.log_id
    AND date_trunc('hour', t.time::TIMESTAMP) = date_trunc('hour', s.time::TIMESTAMP)

-- A figure that is kept already stays as it was kept first. The period lets DuckDB
-- skip the row groups of other times.
INSERT INTO {{.Table}} ({{.Columns}})
SELECT {{.Columns}} FROM {{.Staging}} AS s
WHERE NOT EXISTS (
    FROM {{.Table}} AS t
    WHERE t.trace_id = s.trace_id AND t.span_id = s.span_id
        AND t.start_time = s.start_time AND t.revision = s.revision
        AND t.start_time >= make_timestamp_ns(?) AND t.start_time <= make_timestamp_ns(?)
)

-- A figure that is kept already stays as it was kept first.
INSERT INTO {{.Table}} ({{.Columns}})
SELECT {{.Columns}} FROM {{.Staging}} AS s
WHERE NOT EXISTS (
    FROM {{.Table}} AS t
    WHERE t.trace_id = s.trace_id AND t.span_id = s.span_id
        AND t.start_time = s.start_time AND t.revision = s.revision
)

-- What calls cost until now. A figure that is kept already stays as it was kept
-- first. The period lets DuckDB skip the row groups of other times.
INSERT INTO past_costs (trace_id, span_id, start_time, revision, replaced_time{{range .Costs}}, {{.}}{{end}})
SELECT c.trace_id, c.span_id, c.start_time, c.revision, make_timestamp(?){{range .Costs}}, c.{{.}}{{end}}
FROM llm_call_rows AS c
JOIN {{.Staging}} AS s ON c.trace_id = s.trace_id AND c.span_id = s.span_id
    AND c.start_time = s.start_time AND c.revision = s.revision AND c.received_time = s.received_time
WHERE c.start_time >= make_timestamp_ns(?) AND c.start_time <= make_timestamp_ns(?)
    AND NOT EXISTS (
        FROM past_costs AS p
        WHERE p.trace_id = c.trace_id AND p.span_id = c.span_id
            AND p.start_time = c.start_time AND p.revision = c.revision
            AND p.start_time >= make_timestamp_ns(?) AND p.start_time <= make_timestamp_ns(?)
    )

-- Columns other than lists are changed in place.
UPDATE llm_call_rows AS c
SET revision = c.revision + 1{{range .Costs}}{{if not (eq . "cost_flags")}}, {{.}} = s.{{.}}{{end}}{{end}}
FROM {{.Staging}} AS s
WHERE c.start_time >= make_timestamp_ns(?) AND c.start_time <= make_timestamp_ns(?)
    AND c.trace_id = s.trace_id AND c.span_id = s.span_id
    AND c.start_time = s.start_time AND c.revision = s.revision AND c.received_time = s.received_time

-- What else is told of a few calls.
SELECT trace_id, span_id, epoch_ns(start_time) AS begun, agent, error_type
FROM llm_call_rows
WHERE start_time >= {{.From}} AND start_time <= {{.Until}} AND span_id IN ({{range $i, $id := .Spans}}{{if $i}}, {{end}}{{$id}}{{end}})

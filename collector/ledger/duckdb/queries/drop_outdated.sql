-- Staged rows that the table already has in a later version.
DELETE FROM {{.Staging}} AS s
USING {{.Table}} AS t
WHERE t.start_time >= make_timestamp_ns(?) AND t.start_time < make_timestamp_ns(?)
    AND t.trace_id = s.trace_id AND t.span_id = s.span_id
    AND t.start_time::DATE = s.start_time::DATE
    AND ({{range $i, $c := .Version}}{{if $i}}, {{end}}t.{{$c}}{{end}}) > ({{range $i, $c := .Version}}{{if $i}}, {{end}}s.{{$c}}{{end}})

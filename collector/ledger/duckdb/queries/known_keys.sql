-- Staged keys that the table has, and whether in a later version. The period
-- lets DuckDB skip the row groups of other days.
SELECT s.position,
    ({{range $i, $c := .Version}}{{if $i}}, {{end}}t.{{$c}}{{end}}) > ({{range $i, $c := .Version}}{{if $i}}, {{end}}s.{{$c}}{{end}}) AS later
FROM {{.Table}} AS t
JOIN {{.Staging}} AS s ON t.trace_id = s.trace_id AND t.span_id = s.span_id AND t.start_time::DATE = s.start_time::DATE
WHERE t.start_time >= make_timestamp_ns(?) AND t.start_time < make_timestamp_ns(?)

-- Totals of the billable calls of each piece of a period, by every dimension of the
-- cube.
SELECT
    {{.Piece}} AS piece,
    max(epoch_ns(start_time)) AS last,
{{- range $i, $d := .Dimensions}}
    {{$d}} AS k{{$i}},
{{- end}}
    {{totals ""}}
FROM llm_call_rows
WHERE billable
{{- range .Conditions}}
    AND {{.}}
{{- end}}
GROUP BY 1, {{places 3 .Dimensions}}

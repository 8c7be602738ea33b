-- The calls whose parts of the input were counted, with what the input cost. Rows that are numbered
-- are found by one thread; others would compete for the processors with those who read them.
SELECT input_tokens, cost_line_items, prompt_shares, row_number() OVER () AS place
{{- range $i, $d := .Dimensions}},
    {{$d}} AS k{{$i}}
{{- end}}
FROM llm_call_rows
WHERE billable AND prompt_shares <> ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}

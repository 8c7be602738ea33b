-- The calls whose parts of the input were counted, with what the input cost.
SELECT input_tokens, cost_line_items, prompt_shares
{{- range $i, $d := .Dimensions}},
    {{$d}} AS k{{$i}}
{{- end}}
FROM llm_call_rows
WHERE billable AND prompt_shares <> ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}

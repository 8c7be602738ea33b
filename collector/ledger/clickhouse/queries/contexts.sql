-- The calls whose parts of the input were counted, with what the input cost.
SELECT input_tokens, line_items AS items, prompt_shares AS shares
{{- range $i, $d := .Dimensions}},
    CAST({{$d}}, 'String') AS k{{$i}}
{{- end}}
FROM llm_call_rows FINAL
WHERE billable AND prompt_shares != ''
{{- range .Conditions}}
    AND {{.}}
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1

-- When calls start: of one call in so many, taken by a hash, which is random.
SELECT epoch_ns(start_time) AS begun
FROM llm_call_rows
WHERE billable AND hash(rowid) % {{.Of}} = 0
{{- range .Conditions}}
    AND {{.}}
{{- end}}

-- The calls in their next revision, whose number stands above the 52 bits of the receipt.
INSERT INTO llm_call_rows (version{{range .Changed}}, {{.}}{{end}}{{range .Kept}}, {{.}}{{end}})
SELECT s.version + bitShiftLeft(toUInt64(1), 52){{range .Changed}}, s.{{.}}{{end}}{{range .Kept}}, c.{{.}}{{end}}
FROM llm_call_rows AS c FINAL
INNER JOIN {{.Costs}} AS s ON c.trace_id = s.trace_id AND c.span_id = s.span_id AND c.start_time = s.start_time AND c.version = s.version
WHERE toDate(c.start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(c.start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
SETTINGS do_not_merge_across_partitions_select_final = 1

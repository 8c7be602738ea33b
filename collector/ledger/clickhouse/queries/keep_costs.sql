-- What calls cost until now.
INSERT INTO past_costs (trace_id, span_id, start_time, revision, cost_status, cost, currency, cost_reason, cost_flags, cost_line_items, catalog_version, replaced_time)
SELECT c.trace_id, c.span_id, c.start_time, bitShiftRight(c.version, 52), c.cost_status, c.cost, c.currency, c.cost_reason, c.cost_flags, c.line_items,
    c.catalog_version, fromUnixTimestamp64Micro({replaced:Int64}, 'UTC')
FROM llm_call_rows AS c FINAL
INNER JOIN {{.Costs}} AS s ON c.trace_id = s.trace_id AND c.span_id = s.span_id AND c.start_time = s.start_time AND c.version = s.version
WHERE toDate(c.start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(c.start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
SETTINGS do_not_merge_across_partitions_select_final = 1

-- The calls that were written, in the version that they were written in: rows of a version
-- are all the same, so that the newest one need not be found among all.
SELECT uniqExact(c.trace_id, c.span_id) AS written
FROM llm_call_rows AS c
INNER JOIN {{.Costs}} AS s ON c.trace_id = s.trace_id AND c.span_id = s.span_id AND c.start_time = s.start_time AND c.version = s.version + bitShiftLeft(toUInt64(1), 52)
WHERE c.start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND c.start_time <= fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND toDate(c.start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(c.start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))

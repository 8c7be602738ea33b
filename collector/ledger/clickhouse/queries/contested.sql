-- Traces in which more than our own round trips claim a bill.
SELECT DISTINCT trace_id
FROM llm_call_rows
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND toDate(start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
  AND toDate(start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
{{- if not .All}}
  AND trace_id IN (SELECT toFixedString(unhex(arrayJoin(splitByChar(',', {traces:String}))), 16))
{{- end}}
  AND claim NOT IN ('', 'transport')

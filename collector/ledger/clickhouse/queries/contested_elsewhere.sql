-- Traces in which a call carries one of the response ids: a log record, a
-- server's side of it or the result of a batch, unless any claim will do.
SELECT DISTINCT trace_id
FROM llm_call_rows
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
{{- if .AnyClaim}}
  AND claim <> ''
{{- else}}
  AND claim IN ('log', 'server', 'batch')
{{- end}}
  AND response_id IN (SELECT arrayJoin(splitByChar('\x1f', {responses:String})))

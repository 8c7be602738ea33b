-- Traces in which a call carries one of the response ids: a log record or a
-- server's side of it, unless any claim will do.
SELECT DISTINCT trace_id
FROM llm_call_rows
WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
{{- if .AnyClaim}}
  AND claim <> ''
{{- else}}
  AND claim IN ('log', 'server')
{{- end}}
  AND response_id IN (SELECT arrayJoin(splitByChar('\x1f', {responses:String})))

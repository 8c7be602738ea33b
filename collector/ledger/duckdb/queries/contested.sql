-- Traces in which more than our own round trips claim a bill, and those whose
-- calls may be described in another trace.
WITH period AS NOT MATERIALIZED (
    SELECT trace_id, claim, response_id FROM {{.Table}}
    WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)
)
SELECT DISTINCT trace_id FROM period WHERE {{if .All}}claim NOT IN ('', 'transport'){{else}}false{{end}}
{{- if .Traces}}
UNION SELECT trace_id FROM period
WHERE claim NOT IN ('', 'transport') AND trace_id IN (SELECT unnest(string_split(?, ','))::UUID)
{{- end}}
{{- if .Reported}}
UNION SELECT trace_id FROM period
WHERE claim IN ('log', 'server', 'batch') AND response_id IN (SELECT unnest(string_split(?, chr(31))))
{{- end}}
{{- if .Carried}}
UNION SELECT trace_id FROM period
WHERE response_id <> '' AND response_id IN (SELECT unnest(string_split(?, chr(31))))
{{- end}}

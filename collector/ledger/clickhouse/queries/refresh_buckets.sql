INSERT INTO {{.Target}}
    (bucket, run, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
    calls, errors, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, cost, duration_ns, nano_credits)
SELECT
    toDateTime({{.Time}}, 'UTC') AS bucket, {run:UUID} AS run,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
    sum(s.calls), sum(s.errors), {{total "s.input_tokens"}}, {{total "s.output_tokens"}}, {{total "s.cache_read_tokens"}}, {{total "s.cache_write_tokens"}}, {{total "s.reasoning_tokens"}},
    {{amount "s.cost"}}, {{total "s.duration_ns"}}, {{total "s.nano_credits"}}
FROM {{.Source}} AS s
{{- /* Hours are compared so that the server leaves out no part of the table within the day: one may have the newest version of a call. */}}
{{- if eq .Grain "hour"}}
WHERE bitNot(toUInt32({{.Time}})) IN (SELECT bitNot(toUInt32(arrayJoin({buckets:Array(DateTime('UTC'))}))))
    AND day IN (SELECT toDate(arrayJoin({buckets:Array(DateTime('UTC'))})))
{{- else}}
WHERE {{.Time}} IN {buckets:Array(DateTime('UTC'))}
{{- end}}
GROUP BY bucket, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status

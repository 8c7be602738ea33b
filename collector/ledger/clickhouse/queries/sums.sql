-- What the rollups say of some hours.
SELECT {{.Columns}}
FROM (
    SELECT
        hour AS bucket, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        sum(r.calls) AS calls, sum(r.errors) AS errors,
        {{total "r.input_tokens"}} AS input_tokens, {{total "r.output_tokens"}} AS output_tokens,
        {{total "r.cache_read_tokens"}} AS cache_read_tokens, {{total "r.cache_write_tokens"}} AS cache_write_tokens,
        {{total "r.reasoning_tokens"}} AS reasoning_tokens, {{amount "r.cost"}} AS cost, {{total "r.duration_ns"}} AS duration_ns,
        {{total "r.nano_credits"}} AS nano_credits
    FROM cost_hourly AS r
    WHERE hour >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND hour < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
    GROUP BY bucket, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status
)

-- What the rollups say of some hours.
SELECT {{.Columns}}
FROM (
    SELECT
        hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        {{total "calls"}} AS calls, {{total "errors"}} AS errors, {{total "input_tokens"}} AS input_tokens, {{total "output_tokens"}} AS output_tokens,
        {{total "cache_read_tokens"}} AS cache_read_tokens, {{total "cache_write_tokens"}} AS cache_write_tokens,
        {{total "reasoning_tokens"}} AS reasoning_tokens, {{amount "cost"}} AS cost, {{total "duration_ns"}} AS duration_ns,
        {{total "nano_credits"}} AS nano_credits
    FROM cost_hourly
    WHERE hour >= make_timestamp_ns(?) AND hour < make_timestamp_ns(?)
    GROUP BY ALL
)

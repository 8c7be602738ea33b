-- What the rollups say of some hours.
SELECT {{.Columns}}
FROM (
    SELECT
        hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        sum(calls)::BIGINT AS calls, sum(errors)::BIGINT AS errors, sum(input_tokens)::BIGINT AS input_tokens, sum(output_tokens)::BIGINT AS output_tokens,
        sum(cache_read_tokens)::BIGINT AS cache_read_tokens, sum(cache_write_tokens)::BIGINT AS cache_write_tokens,
        sum(reasoning_tokens)::BIGINT AS reasoning_tokens, sum(cost)::DECIMAL(38, 18) AS cost, sum(duration_ns)::BIGINT AS duration_ns
    FROM cost_hourly
    WHERE hour >= make_timestamp_ns(?) AND hour < make_timestamp_ns(?)
    GROUP BY ALL
)

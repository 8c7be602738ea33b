-- What the rollups say of some hours.
SELECT {{.Columns}}
FROM (
    SELECT
        hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        sum(calls)::BIGINT AS calls, sum(errors)::BIGINT AS errors,
        least(sum(input_tokens), 9223372036854775807)::BIGINT AS input_tokens,
        least(sum(output_tokens), 9223372036854775807)::BIGINT AS output_tokens,
        least(sum(cache_read_tokens), 9223372036854775807)::BIGINT AS cache_read_tokens,
        least(sum(cache_write_tokens), 9223372036854775807)::BIGINT AS cache_write_tokens,
        least(sum(reasoning_tokens), 9223372036854775807)::BIGINT AS reasoning_tokens, sum(cost)::DECIMAL(38, 18) AS cost,
        least(sum(duration_ns), 9223372036854775807)::BIGINT AS duration_ns
    FROM cost_hourly
    WHERE hour >= make_timestamp_ns(?) AND hour < make_timestamp_ns(?)
    GROUP BY ALL
)

INSERT INTO cost_hourly_archive
SELECT
    hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
    {{total "calls"}}, {{total "errors"}}, {{total "input_tokens"}}, {{total "output_tokens"}}, {{total "cache_read_tokens"}}, {{total "cache_write_tokens"}}, {{total "reasoning_tokens"}},
    {{amount "cost"}}, {{total "duration_ns"}}, {{total "nano_credits"}}
FROM rollup_source
WHERE hour < make_timestamp_ns(?)
GROUP BY hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status

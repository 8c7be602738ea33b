INSERT INTO cost_hourly_archive
SELECT
    hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
    sum(calls), sum(errors), sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
    sum(cost), sum(duration_ns)
FROM rollup_source
WHERE hour < make_timestamp_ns(?)
GROUP BY hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status

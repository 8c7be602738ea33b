INSERT INTO cost_hourly_archive
SELECT
    hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
    sum(calls), sum(errors), least(sum(input_tokens), 9223372036854775807),
    least(sum(output_tokens), 9223372036854775807), least(sum(cache_read_tokens), 9223372036854775807),
    least(sum(cache_write_tokens), 9223372036854775807), least(sum(reasoning_tokens), 9223372036854775807), sum(cost), least(sum(duration_ns), 9223372036854775807)
FROM rollup_source
WHERE hour < make_timestamp_ns(?)
GROUP BY hour, user_id, department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status

-- The rollups have GitHub's AI credits as well. Sums of calls that have expired stay
-- without.
ALTER TABLE cost_hourly_archive ADD COLUMN nano_credits BIGINT DEFAULT 0;

CREATE OR REPLACE VIEW rollup_source AS
SELECT
    date_trunc('hour', start_time::TIMESTAMP) AS hour,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider,
    if(response_model = '', request_model, response_model) AS model,
    operation, cost_status,
    1::BIGINT AS calls, is_error::BIGINT AS errors,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    coalesce(cost, 0)::DECIMAL(38, 18) AS cost, duration_ns, nano_credits
FROM llm_call_rows
WHERE billable;

CREATE OR REPLACE VIEW cost_hourly AS
SELECT * FROM cost_hourly_archive
UNION ALL
SELECT * FROM rollup_source;

CREATE OR REPLACE VIEW cost_daily AS
SELECT hour::DATE AS day, * EXCLUDE (hour) FROM cost_hourly;

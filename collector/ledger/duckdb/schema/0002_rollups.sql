-- The calls of before the retention, summed up by the hour. Retention moves
-- rows here and deletes them from llm_call_rows in one transaction.
CREATE TABLE cost_hourly_archive (
    hour               TIMESTAMP       NOT NULL,
    user_id            VARCHAR         NOT NULL,
    department         VARCHAR         NOT NULL,
    application        VARCHAR         NOT NULL,
    team               VARCHAR         NOT NULL,
    cost_center        VARCHAR         NOT NULL,
    environment        VARCHAR         NOT NULL,
    workflow           VARCHAR         NOT NULL,
    agent              VARCHAR         NOT NULL,
    service            VARCHAR         NOT NULL,
    provider           VARCHAR         NOT NULL,
    model              VARCHAR         NOT NULL,
    operation          VARCHAR         NOT NULL,
    cost_status        VARCHAR         NOT NULL,
    calls              BIGINT          NOT NULL,
    errors             BIGINT          NOT NULL,
    input_tokens       BIGINT          NOT NULL,
    output_tokens      BIGINT          NOT NULL,
    cache_read_tokens  BIGINT          NOT NULL,
    cache_write_tokens BIGINT          NOT NULL,
    reasoning_tokens   BIGINT          NOT NULL,
    cost               DECIMAL(38, 18) NOT NULL,
    duration_ns        BIGINT          NOT NULL
);

CREATE TABLE ledger_settings (
    name  VARCHAR PRIMARY KEY,
    value INTEGER NOT NULL
);

INSERT INTO ledger_settings VALUES ('detail_days', 90), ('rollup_days', 1096);

-- The calls as rollup rows, one a call.
CREATE VIEW rollup_source AS
SELECT
    date_trunc('hour', start_time::TIMESTAMP) AS hour,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider,
    if(response_model = '', request_model, response_model) AS model,
    operation, cost_status,
    1::BIGINT AS calls, is_error::BIGINT AS errors,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    coalesce(cost, 0)::DECIMAL(38, 18) AS cost, duration_ns
FROM llm_call_rows
WHERE billable;

CREATE VIEW cost_hourly AS
SELECT * FROM cost_hourly_archive
UNION ALL
SELECT * FROM rollup_source;

CREATE VIEW cost_daily AS
SELECT hour::DATE AS day, * EXCLUDE (hour) FROM cost_hourly;

-- What was called and has no price.
CREATE VIEW unpriced_models AS
SELECT provider, model, sum(calls)::BIGINT AS calls, sum(input_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens, min(day) AS first_day, max(day) AS last_day
FROM cost_daily
WHERE cost_status = 'unpriced'
GROUP BY provider, model;

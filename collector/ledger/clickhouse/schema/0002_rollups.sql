-- Rollups that always equal the detail.
--
-- Every insert into llm_call_rows marks the hours it touches. A refresh sums up
-- the hours that have been quiet for a while, from the deduplicated detail, in
-- a run of its own, and then names that run as the one to read. An hour is
-- settled while no mark is younger than its run; all other hours are read from
-- the detail. docs/adr has the reasoning.
CREATE TABLE IF NOT EXISTS ledger_settings (
    name  LowCardinality(String),
    value UInt32,
    set   DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(set)
ORDER BY name;

-- detail_days: how long llm_call_rows and agent_span_rows are kept.
-- rollup_quiet_seconds: how long an hour is left alone after an insert; more
-- than an insert can take.
INSERT INTO ledger_settings (name, value, set) VALUES ('detail_days', 90, 0), ('rollup_days', 1096, 0), ('rollup_quiet_seconds', 120, 0);

CREATE TABLE IF NOT EXISTS rollup_marks (
    hour   DateTime('UTC'),
    marked DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(marked)
ORDER BY hour;

CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_marking TO rollup_marks AS
SELECT toDateTime(toStartOfHour(start_time), 'UTC') AS hour, now64(6, 'UTC') AS marked
FROM llm_call_rows
GROUP BY hour;

-- What was there before the marking.
INSERT INTO rollup_marks
SELECT toDateTime(toStartOfHour(start_time), 'UTC') AS hour, now64(6, 'UTC')
FROM llm_call_rows
GROUP BY hour;

-- grain is hour or day; run is the refresh whose rows count for the bucket.
CREATE TABLE IF NOT EXISTS rollup_runs (
    grain     LowCardinality(String),
    bucket    DateTime('UTC'),
    run       UUID,
    refreshed DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(refreshed)
ORDER BY (grain, bucket);

CREATE TABLE IF NOT EXISTS cost_hourly_rows (
    bucket             DateTime('UTC')        CODEC(Delta, ZSTD(1)),
    run                UUID                   CODEC(ZSTD(1)),
    user_id            String                 CODEC(ZSTD(1)),
    department         LowCardinality(String) CODEC(ZSTD(1)),
    application        LowCardinality(String) CODEC(ZSTD(1)),
    team               LowCardinality(String) CODEC(ZSTD(1)),
    cost_center        LowCardinality(String) CODEC(ZSTD(1)),
    environment        LowCardinality(String) CODEC(ZSTD(1)),
    workflow           LowCardinality(String) CODEC(ZSTD(1)),
    agent              LowCardinality(String) CODEC(ZSTD(1)),
    service            LowCardinality(String) CODEC(ZSTD(1)),
    provider           LowCardinality(String) CODEC(ZSTD(1)),
    model              LowCardinality(String) CODEC(ZSTD(1)),
    operation          LowCardinality(String) CODEC(ZSTD(1)),
    cost_status        LowCardinality(String) CODEC(ZSTD(1)),
    calls              UInt64                 CODEC(T64, ZSTD(1)),
    errors             UInt64                 CODEC(T64, ZSTD(1)),
    input_tokens       Int64                  CODEC(T64, ZSTD(1)),
    output_tokens      Int64                  CODEC(T64, ZSTD(1)),
    cache_read_tokens  Int64                  CODEC(T64, ZSTD(1)),
    cache_write_tokens Int64                  CODEC(T64, ZSTD(1)),
    reasoning_tokens   Int64                  CODEC(T64, ZSTD(1)),
    cost               Decimal(38, 18)        CODEC(ZSTD(1)),
    duration_ns        Int64                  CODEC(T64, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(bucket)
ORDER BY (bucket, run, department, application);

CREATE TABLE IF NOT EXISTS cost_daily_rows AS cost_hourly_rows
ENGINE = MergeTree
PARTITION BY toYYYYMM(bucket)
ORDER BY (bucket, run, department, application);

-- Hours and days whose run is younger than every mark. Where the detail has
-- expired, the last run stays what counts.
CREATE OR REPLACE VIEW rollup_settled AS
WITH
    (SELECT argMax(value, set) FROM ledger_settings WHERE name = 'rollup_quiet_seconds') AS quiet,
    (SELECT argMax(value, set) FROM ledger_settings WHERE name = 'detail_days') AS kept
SELECT r.grain AS grain, r.bucket AS bucket, r.run AS run
FROM (
    SELECT grain, bucket, argMax(run, refreshed) AS run, max(refreshed) AS last
    FROM rollup_runs
    GROUP BY grain, bucket
) AS r
LEFT JOIN (
    SELECT 'hour' AS grain, hour AS bucket, max(marked) AS last FROM rollup_marks GROUP BY hour
    UNION ALL
    SELECT 'day' AS grain, toDateTime(toStartOfDay(hour), 'UTC') AS bucket, max(marked) AS last FROM rollup_marks GROUP BY bucket
) AS m ON r.grain = m.grain AND r.bucket = m.bucket
WHERE addSeconds(m.last, quiet) < r.last OR r.bucket < today() - kept;

CREATE OR REPLACE VIEW rollup_unsettled_hours AS
SELECT hour
FROM rollup_marks
WHERE hour NOT IN (SELECT bucket FROM rollup_settled WHERE grain = 'hour')
GROUP BY hour;

-- The detail as rollup rows, one a call.
CREATE OR REPLACE VIEW rollup_source AS
SELECT
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    toDate(start_time) AS day,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider,
    CAST(if(response_model = '', request_model, response_model), 'LowCardinality(String)') AS model,
    operation, cost_status,
    toUInt64(1) AS calls, toUInt64(is_error) AS errors,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    assumeNotNull(cost) AS cost, duration_ns
FROM llm_call_rows FINAL
WHERE billable
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Without columns of later steps, so that this step may run again after them.
CREATE OR REPLACE VIEW cost_hourly AS
SELECT bucket AS hour, * EXCEPT (bucket, run, nano_credits)
FROM cost_hourly_rows
WHERE (bucket, run) IN (SELECT bucket, run FROM rollup_settled WHERE grain = 'hour')
UNION ALL
SELECT * EXCEPT (day)
FROM rollup_source
WHERE day IN (SELECT toDate(hour) FROM rollup_unsettled_hours) AND hour IN (SELECT hour FROM rollup_unsettled_hours);

CREATE OR REPLACE VIEW cost_daily AS
SELECT toDate(bucket) AS day, * EXCEPT (bucket, run, nano_credits)
FROM cost_daily_rows
WHERE (bucket, run) IN (SELECT bucket, run FROM rollup_settled WHERE grain = 'day')
UNION ALL
SELECT toDate(hour) AS day, * EXCEPT (hour)
FROM cost_hourly
WHERE toStartOfDay(hour) NOT IN (SELECT bucket FROM rollup_settled WHERE grain = 'day');

-- Deciding who is billed looks for claims other than those of our own round
-- trips: where there are none, it reads this index alone.
ALTER TABLE llm_call_rows ADD INDEX IF NOT EXISTS claims claim TYPE set(16) GRANULARITY 4;

-- A day more than detail_days, so that what the rollups stop reading is still
-- there.
ALTER TABLE llm_call_rows MODIFY TTL toDateTime(start_time) + INTERVAL 91 DAY;

ALTER TABLE agent_span_rows MODIFY TTL toDateTime(start_time) + INTERVAL 91 DAY;

ALTER TABLE cost_hourly_rows MODIFY TTL bucket + INTERVAL 1096 DAY;

ALTER TABLE cost_daily_rows MODIFY TTL bucket + INTERVAL 1096 DAY;

-- What was called and has no price.
CREATE OR REPLACE VIEW unpriced_models AS
SELECT provider, model, sum(calls) AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    min(day) AS first_day, max(day) AS last_day
FROM cost_daily
WHERE cost_status = 'unpriced'
GROUP BY provider, model;

-- The rollups have GitHub's AI credits as well.
ALTER TABLE cost_hourly_rows ADD COLUMN IF NOT EXISTS nano_credits Int64 CODEC(T64, ZSTD(1));

ALTER TABLE cost_daily_rows ADD COLUMN IF NOT EXISTS nano_credits Int64 CODEC(T64, ZSTD(1));

CREATE OR REPLACE VIEW rollup_source AS
SELECT
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    toDate(start_time) AS day,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider,
    CAST(if(response_model = '', request_model, response_model), 'LowCardinality(String)') AS model,
    operation, cost_status,
    toUInt64(1) AS calls, toUInt64(is_error) AS errors,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    assumeNotNull(cost) AS cost, duration_ns, nano_credits
FROM llm_call_rows FINAL
WHERE billable
SETTINGS do_not_merge_across_partitions_select_final = 1, use_partition_pruning = 0;

CREATE OR REPLACE VIEW cost_hourly AS
SELECT bucket AS hour, * EXCEPT (bucket, run)
FROM cost_hourly_rows
WHERE (bucket, run) IN (SELECT bucket, run FROM rollup_settled WHERE grain = 'hour')
UNION ALL
SELECT * EXCEPT (day)
FROM rollup_source
WHERE day IN (SELECT toDate(hour) FROM rollup_unsettled_hours) AND hour IN (SELECT hour FROM rollup_unsettled_hours);

CREATE OR REPLACE VIEW cost_daily AS
SELECT toDate(bucket) AS day, * EXCEPT (bucket, run)
FROM cost_daily_rows
WHERE (bucket, run) IN (SELECT bucket, run FROM rollup_settled WHERE grain = 'day')
UNION ALL
SELECT toDate(hour) AS day, * EXCEPT (hour)
FROM cost_hourly
WHERE toStartOfDay(hour) NOT IN (SELECT bucket FROM rollup_settled WHERE grain = 'day');

-- Hours with credits are summed up again. Those whose calls have expired stay without.
INSERT INTO rollup_marks
SELECT toDateTime(toStartOfHour(start_time), 'UTC') AS hour, now64(6, 'UTC')
FROM llm_call_rows
WHERE nano_credits > 0
GROUP BY hour;

-- Log records beside the calls: the one record of each call, events of the
-- GenAI conventions, and what applications log inside a trace. A record
-- delivered again has the same key and changes nothing: the one received first
-- has the highest version.
--
-- The key starts with the hour, because a question is mostly about the last
-- one, and goes on with the trace, whose records then lie together. A partition
-- is a day, so that what has expired is dropped as files instead of being
-- rewritten.
CREATE TABLE IF NOT EXISTS log_rows (
    trace_id     FixedString(16)        CODEC(ZSTD(1)),
    span_id      FixedString(8)         CODEC(ZSTD(1)),
    log_id       FixedString(8)         CODEC(NONE),
    time         DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    kind         LowCardinality(String) CODEC(ZSTD(1)),
    severity     UInt16                 CODEC(ZSTD(1)),
    event_name   LowCardinality(String) CODEC(ZSTD(1)),
    body         String                 CODEC(ZSTD(1)),
    error_type   LowCardinality(String) CODEC(ZSTD(1)),
    user_id      String                 CODEC(ZSTD(1)),
    department   LowCardinality(String) CODEC(ZSTD(1)),
    application  LowCardinality(String) CODEC(ZSTD(1)),
    environment  LowCardinality(String) CODEC(ZSTD(1)),
    agent        LowCardinality(String) CODEC(ZSTD(1)),
    service      LowCardinality(String) CODEC(ZSTD(1)),
    provider     LowCardinality(String) CODEC(ZSTD(1)),
    model        LowCardinality(String) CODEC(ZSTD(1)),
    operation    LowCardinality(String) CODEC(ZSTD(1)),
    attributes   Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    -- 2^52 - 1 less the microseconds of receipt: the highest holds
    version      UInt64                 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toDate(time)
ORDER BY (toStartOfHour(time), trace_id, span_id, log_id)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1;

-- log_days: how long log_rows is kept.
INSERT INTO ledger_settings (name, value, set) VALUES ('log_days', 30, 0);

CREATE OR REPLACE VIEW logs AS
SELECT
    time, if(trace_id = toFixedString('', 16), '', lower(hex(trace_id))) AS trace_id,
    if(span_id = toFixedString('', 8), '', lower(hex(span_id))) AS span_id,
    lower(hex(log_id)) AS log_id,
    -- qualified: the text takes the name of the number
    kind, log_rows.severity AS severity_number,
    ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][if(log_rows.severity BETWEEN 1 AND 24, intDiv(log_rows.severity + 7, 4), 1)] AS severity,
    event_name,
    multiIf(
        body = '' AND attributes['exception.message'] = '', event_name,
        body = '', attributes['exception.message'],
        attributes['exception.message'] IN ('', body), body,
        concat(body, ': ', attributes['exception.message'])) AS message,
    body, error_type, user_id, department, application, environment, agent, service, provider, model, operation, attributes,
    fromUnixTimestamp64Micro(toInt64(4503599627370495 - version), 'UTC') AS received_time
FROM log_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

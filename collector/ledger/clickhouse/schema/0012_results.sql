-- What came of calls: scores of outputs, and outcomes of runs. One that is delivered
-- again has the same id and replaces itself, unless it is older. An outcome may be
-- stated again in another month: those are all in one partition. A partition is no
-- expression of the time, by which the server would leave out the part with the later
-- statement and show the earlier.
CREATE TABLE IF NOT EXISTS result_rows (
    result_id       FixedString(16)        CODEC(NONE),
    kind            LowCardinality(String) CODEC(ZSTD(1)),
    name            LowCardinality(String) CODEC(ZSTD(1)),
    time            DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    trace_id        FixedString(16)        CODEC(ZSTD(1)),
    span_id         FixedString(8)         CODEC(ZSTD(1)),
    response_id     String                 CODEC(ZSTD(1)),
    agent           LowCardinality(String) CODEC(ZSTD(1)),
    conversation_id String                 CODEC(ZSTD(1)),
    tag_key         LowCardinality(String) CODEC(ZSTD(1)),
    tag_value       String                 CODEC(ZSTD(1)),
    user_id         String                 CODEC(ZSTD(1)),
    value           Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    label           LowCardinality(String) CODEC(ZSTD(1)),
    accepted        Bool                   CODEC(ZSTD(1)),
    error_type      LowCardinality(String) CODEC(ZSTD(1)),
    received_time   DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    month           UInt32                 MATERIALIZED if(kind = 'outcome', 0, toYYYYMM(time))
)
ENGINE = ReplacingMergeTree(time)
PARTITION BY month
ORDER BY (kind, name, result_id)
TTL toDateTime(time) + INTERVAL 91 DAY;

CREATE OR REPLACE VIEW evaluations AS
SELECT
    time, name, value AS score, label, error_type,
    if(result_rows.trace_id = toFixedString('', 16), '', lower(hex(result_rows.trace_id))) AS trace_id,
    if(result_rows.span_id = toFixedString('', 8), '', lower(hex(result_rows.span_id))) AS span_id,
    response_id, agent, conversation_id, user_id, lower(hex(result_rows.result_id)) AS result_id, received_time
FROM result_rows FINAL
WHERE kind = 'evaluation'
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW outcomes AS
SELECT
    time, name, accepted, value,
    if(result_rows.trace_id = toFixedString('', 16), '', lower(hex(result_rows.trace_id))) AS trace_id,
    conversation_id, tag_key, tag_value, user_id, lower(hex(result_rows.result_id)) AS result_id, received_time
FROM result_rows FINAL
WHERE kind = 'outcome'
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- One row a call. A span delivered again has the same day, trace and span id,
-- and replaces itself; the view llm_calls shows every row once, merged or not.
-- Ids are kept as bytes; the view shows the hexadecimal of W3C trace context.
--
-- The key starts with the day, so that a period reads only its own days, and
-- goes on with the trace, so that a trace is found in each day by binary
-- search and its calls lie together. docs/adr has the measurements behind the
-- key and the codecs.
CREATE TABLE IF NOT EXISTS llm_call_rows (
    trace_id                 FixedString(16)        CODEC(ZSTD(1)),
    span_id                  FixedString(8)         CODEC(NONE),
    parent_span_id           FixedString(8)         CODEC(ZSTD(1)),
    start_time               DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    duration_ns              Int64                  CODEC(T64, ZSTD(1)),
    ttfc_ns                  Int64                  CODEC(T64, ZSTD(1)),
    user_id                  String                 CODEC(ZSTD(1)),
    department               LowCardinality(String) CODEC(ZSTD(1)),
    application              LowCardinality(String) CODEC(ZSTD(1)),
    team                     LowCardinality(String) CODEC(ZSTD(1)),
    cost_center              LowCardinality(String) CODEC(ZSTD(1)),
    environment              LowCardinality(String) CODEC(ZSTD(1)),
    tags                     Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    workflow                 LowCardinality(String) CODEC(ZSTD(1)),
    agent                    LowCardinality(String) CODEC(ZSTD(1)),
    step                     LowCardinality(String) CODEC(ZSTD(1)),
    conversation_id          String                 CODEC(ZSTD(1)),
    service                  LowCardinality(String) CODEC(ZSTD(1)),
    provider                 LowCardinality(String) CODEC(ZSTD(1)),
    server_address           LowCardinality(String) CODEC(ZSTD(1)),
    operation                LowCardinality(String) CODEC(ZSTD(1)),
    request_model            LowCardinality(String) CODEC(ZSTD(1)),
    response_model           LowCardinality(String) CODEC(ZSTD(1)),
    response_id              String                 CODEC(ZSTD(1)),
    service_tier             LowCardinality(String) CODEC(ZSTD(1)),
    streamed                 Bool                   CODEC(ZSTD(1)),
    finish_reasons           Array(LowCardinality(String)) CODEC(ZSTD(1)),
    is_error                 Bool                   CODEC(ZSTD(1)),
    error_type               LowCardinality(String) CODEC(ZSTD(1)),
    status_code              UInt16                 CODEC(ZSTD(1)),
    attempt                  UInt16                 CODEC(ZSTD(1)),
    input_tokens             Int64                  CODEC(T64, ZSTD(1)),
    output_tokens            Int64                  CODEC(T64, ZSTD(1)),
    cache_read_tokens        Int64                  CODEC(T64, ZSTD(1)),
    cache_write_tokens       Int64                  CODEC(T64, ZSTD(1)),
    cache_write_5m_tokens    Int64                  CODEC(T64, ZSTD(1)),
    cache_write_30m_tokens   Int64                  CODEC(T64, ZSTD(1)),
    cache_write_1h_tokens    Int64                  CODEC(T64, ZSTD(1)),
    cache_write_12h_tokens   Int64                  CODEC(T64, ZSTD(1)),
    reasoning_tokens         Int64                  CODEC(T64, ZSTD(1)),
    audio_input_tokens       Int64                  CODEC(T64, ZSTD(1)),
    audio_cache_read_tokens  Int64                  CODEC(T64, ZSTD(1)),
    audio_output_tokens      Int64                  CODEC(T64, ZSTD(1)),
    image_input_tokens       Int64                  CODEC(T64, ZSTD(1)),
    image_cache_read_tokens  Int64                  CODEC(T64, ZSTD(1)),
    image_output_tokens      Int64                  CODEC(T64, ZSTD(1)),
    web_searches             Int64                  CODEC(T64, ZSTD(1)),
    file_searches            Int64                  CODEC(T64, ZSTD(1)),
    code_executions          Int64                  CODEC(T64, ZSTD(1)),
    search_units             Int64                  CODEC(T64, ZSTD(1)),
    pages                    Int64                  CODEC(T64, ZSTD(1)),
    images                   Int64                  CODEC(T64, ZSTD(1)),
    usage_source             LowCardinality(String) CODEC(ZSTD(1)),
    cost_status              LowCardinality(String) CODEC(ZSTD(1)),
    cost                     Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    currency                 LowCardinality(String) CODEC(ZSTD(1)),
    cost_reason              LowCardinality(String) CODEC(ZSTD(1)),
    cost_flags               Array(LowCardinality(String)) CODEC(ZSTD(1)),
    cost_line_items          String                 CODEC(ZSTD(1)),
    catalog_version          LowCardinality(String) CODEC(ZSTD(1)),
    vendor_cost              Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    requested_tier           LowCardinality(String) CODEC(ZSTD(1)),
    speed                    LowCardinality(String) CODEC(ZSTD(1)),
    inference_geo            LowCardinality(String) CODEC(ZSTD(1)),
    endpoint_region          LowCardinality(String) CODEC(ZSTD(1)),
    search_context_size      LowCardinality(String) CODEC(ZSTD(1)),
    role                     LowCardinality(String) CODEC(ZSTD(1)),
    billable                 Bool                   CODEC(ZSTD(1)),
    claim                    LowCardinality(String) CODEC(ZSTD(1)),
    dialect                  LowCardinality(String) CODEC(ZSTD(1)),
    -- revision << 52 | microseconds of receipt: the highest holds
    version                  UInt64                 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(start_time)
ORDER BY (toDate(start_time), trace_id, span_id);

-- Workflows, agents, steps, tools and retrievals: the rest of a run's tree.
CREATE TABLE IF NOT EXISTS agent_span_rows (
    trace_id                 FixedString(16)        CODEC(ZSTD(1)),
    span_id                  FixedString(8)         CODEC(NONE),
    parent_span_id           FixedString(8)         CODEC(ZSTD(1)),
    start_time               DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    duration_ns              Int64                  CODEC(T64, ZSTD(1)),
    role                     LowCardinality(String) CODEC(ZSTD(1)),
    name                     LowCardinality(String) CODEC(ZSTD(1)),
    workflow                 LowCardinality(String) CODEC(ZSTD(1)),
    agent                    LowCardinality(String) CODEC(ZSTD(1)),
    step                     LowCardinality(String) CODEC(ZSTD(1)),
    step_number              Int32                  CODEC(ZSTD(1)),
    tool                     LowCardinality(String) CODEC(ZSTD(1)),
    user_id                  String                 CODEC(ZSTD(1)),
    department               LowCardinality(String) CODEC(ZSTD(1)),
    application              LowCardinality(String) CODEC(ZSTD(1)),
    service                  LowCardinality(String) CODEC(ZSTD(1)),
    conversation_id          String                 CODEC(ZSTD(1)),
    is_error                 Bool                   CODEC(ZSTD(1)),
    error_type               LowCardinality(String) CODEC(ZSTD(1)),
    links                    Array(FixedString(8))  CODEC(ZSTD(1)),
    -- microseconds of receipt: the latest holds
    version                  UInt64                 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(start_time)
ORDER BY (toDate(start_time), trace_id, span_id);

-- What calls cost before they were repriced; a figure kept twice is kept once.
CREATE TABLE IF NOT EXISTS past_costs (
    trace_id                 FixedString(16)        CODEC(ZSTD(1)),
    span_id                  FixedString(8)         CODEC(NONE),
    start_time               DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1)),
    revision                 UInt16                 CODEC(ZSTD(1)),
    cost_status              LowCardinality(String) CODEC(ZSTD(1)),
    cost                     Nullable(Decimal(38, 18)) CODEC(ZSTD(1)),
    currency                 LowCardinality(String) CODEC(ZSTD(1)),
    cost_reason              LowCardinality(String) CODEC(ZSTD(1)),
    cost_flags               Array(LowCardinality(String)) CODEC(ZSTD(1)),
    cost_line_items          String                 CODEC(ZSTD(1)),
    catalog_version          LowCardinality(String) CODEC(ZSTD(1)),
    replaced_time            DateTime64(9, 'UTC')   CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start_time)
ORDER BY (toDate(start_time), trace_id, span_id, revision);

-- Rows of one key lie in one partition, so partitions are never merged with
-- each other to find the row that holds.
CREATE OR REPLACE VIEW llm_calls AS
SELECT
    * EXCEPT (version)
    REPLACE (
        lower(hex(trace_id)) AS trace_id,
        lower(hex(span_id))  AS span_id,
        if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id))) AS parent_span_id
    ),
    bitShiftRight(version, 52) AS revision,
    fromUnixTimestamp64Micro(toInt64(bitAnd(version, 4503599627370495)), 'UTC') AS received_time
FROM llm_call_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW agent_spans AS
SELECT
    * EXCEPT (version)
    REPLACE (
        lower(hex(trace_id)) AS trace_id,
        lower(hex(span_id))  AS span_id,
        if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id))) AS parent_span_id,
        arrayMap(l -> lower(hex(l)), links) AS links
    ),
    fromUnixTimestamp64Micro(toInt64(version), 'UTC') AS received_time
FROM agent_span_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The rows of one trace by its hexadecimal id, found by the key:
-- SELECT * FROM llm_calls_of_trace(trace = '0af7651916cd43dd8448eb211c80319c')
CREATE OR REPLACE VIEW llm_calls_of_trace AS
SELECT * EXCEPT (version)
    REPLACE (lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id)
FROM llm_call_rows FINAL
WHERE trace_id = toFixedString(unhex({trace:String}), 16);

-- One row a call. Ids are kept in their narrowest types; the views llm_calls
-- and agent_spans show them as the hexadecimal of W3C trace context.
CREATE TABLE llm_call_rows (
    trace_id                 UUID            NOT NULL,
    span_id                  UBIGINT         NOT NULL,
    parent_span_id           UBIGINT         NOT NULL,
    start_time               TIMESTAMP_NS    NOT NULL,
    duration_ns              BIGINT          NOT NULL,
    ttfc_ns                  BIGINT          NOT NULL,
    user_id                  VARCHAR         NOT NULL,
    department               VARCHAR         NOT NULL,
    application              VARCHAR         NOT NULL,
    team                     VARCHAR         NOT NULL,
    cost_center              VARCHAR         NOT NULL,
    environment              VARCHAR         NOT NULL,
    tags                     MAP(VARCHAR, VARCHAR) NOT NULL,
    workflow                 VARCHAR         NOT NULL,
    agent                    VARCHAR         NOT NULL,
    step                     VARCHAR         NOT NULL,
    conversation_id          VARCHAR         NOT NULL,
    service                  VARCHAR         NOT NULL,
    provider                 VARCHAR         NOT NULL,
    server_address           VARCHAR         NOT NULL,
    operation                VARCHAR         NOT NULL,
    request_model            VARCHAR         NOT NULL,
    response_model           VARCHAR         NOT NULL,
    response_id              VARCHAR         NOT NULL,
    service_tier             VARCHAR         NOT NULL,
    streamed                 BOOLEAN         NOT NULL,
    finish_reasons           VARCHAR[]       NOT NULL,
    is_error                 BOOLEAN         NOT NULL,
    error_type               VARCHAR         NOT NULL,
    status_code              INTEGER         NOT NULL,
    attempt                  INTEGER         NOT NULL,
    input_tokens             BIGINT          NOT NULL,
    output_tokens            BIGINT          NOT NULL,
    cache_read_tokens        BIGINT          NOT NULL,
    cache_write_tokens       BIGINT          NOT NULL,
    cache_write_5m_tokens    BIGINT          NOT NULL,
    cache_write_30m_tokens   BIGINT          NOT NULL,
    cache_write_1h_tokens    BIGINT          NOT NULL,
    cache_write_12h_tokens   BIGINT          NOT NULL,
    reasoning_tokens         BIGINT          NOT NULL,
    audio_input_tokens       BIGINT          NOT NULL,
    audio_cache_read_tokens  BIGINT          NOT NULL,
    audio_output_tokens      BIGINT          NOT NULL,
    image_input_tokens       BIGINT          NOT NULL,
    image_cache_read_tokens  BIGINT          NOT NULL,
    image_output_tokens      BIGINT          NOT NULL,
    web_searches             BIGINT          NOT NULL,
    file_searches            BIGINT          NOT NULL,
    code_executions          BIGINT          NOT NULL,
    search_units             BIGINT          NOT NULL,
    pages                    BIGINT          NOT NULL,
    images                   BIGINT          NOT NULL,
    usage_source             VARCHAR         NOT NULL,
    cost_status              VARCHAR         NOT NULL,
    cost                     DECIMAL(38, 18),
    currency                 VARCHAR         NOT NULL,
    cost_reason              VARCHAR         NOT NULL,
    cost_flags               VARCHAR[]       NOT NULL,
    cost_line_items          VARCHAR         NOT NULL,
    catalog_version          VARCHAR         NOT NULL,
    vendor_cost              DECIMAL(38, 18),
    requested_tier           VARCHAR         NOT NULL,
    speed                    VARCHAR         NOT NULL,
    inference_geo            VARCHAR         NOT NULL,
    endpoint_region          VARCHAR         NOT NULL,
    search_context_size      VARCHAR         NOT NULL,
    role                     VARCHAR         NOT NULL,
    billable                 BOOLEAN         NOT NULL,
    dialect                  VARCHAR         NOT NULL,
    claim                    VARCHAR         NOT NULL,
    revision                 INTEGER         NOT NULL,
    received_time            TIMESTAMP       NOT NULL
);

CREATE TABLE agent_span_rows (
    trace_id                 UUID            NOT NULL,
    span_id                  UBIGINT         NOT NULL,
    parent_span_id           UBIGINT         NOT NULL,
    start_time               TIMESTAMP_NS    NOT NULL,
    duration_ns              BIGINT          NOT NULL,
    role                     VARCHAR         NOT NULL,
    name                     VARCHAR         NOT NULL,
    workflow                 VARCHAR         NOT NULL,
    agent                    VARCHAR         NOT NULL,
    step                     VARCHAR         NOT NULL,
    step_number              INTEGER         NOT NULL,
    tool                     VARCHAR         NOT NULL,
    user_id                  VARCHAR         NOT NULL,
    department               VARCHAR         NOT NULL,
    application              VARCHAR         NOT NULL,
    service                  VARCHAR         NOT NULL,
    conversation_id          VARCHAR         NOT NULL,
    is_error                 BOOLEAN         NOT NULL,
    error_type               VARCHAR         NOT NULL,
    links                    UBIGINT[]       NOT NULL,
    received_time            TIMESTAMP       NOT NULL
);

-- What calls cost before they were repriced.
CREATE TABLE past_costs (
    trace_id                 UUID            NOT NULL,
    span_id                  UBIGINT         NOT NULL,
    start_time               TIMESTAMP_NS    NOT NULL,
    revision                 INTEGER         NOT NULL,
    cost_status              VARCHAR         NOT NULL,
    cost                     DECIMAL(38, 18),
    currency                 VARCHAR         NOT NULL,
    cost_reason              VARCHAR         NOT NULL,
    cost_flags               VARCHAR[]       NOT NULL,
    cost_line_items          VARCHAR         NOT NULL,
    catalog_version          VARCHAR         NOT NULL,
    replaced_time            TIMESTAMP       NOT NULL
);

CREATE VIEW llm_calls AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id
)
FROM llm_call_rows;

CREATE VIEW agent_spans AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id,
    list_transform(links, lambda l: printf('%016x', l)) AS links
)
FROM agent_span_rows;

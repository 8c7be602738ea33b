-- What came of calls: scores of outputs, and outcomes of runs. One that is delivered
-- again has the same id and replaces itself, unless it is older.
CREATE TABLE result_rows (
    result_id       UUID         NOT NULL,
    kind            VARCHAR      NOT NULL,
    name            VARCHAR      NOT NULL,
    time            TIMESTAMP_NS NOT NULL,
    trace_id        UUID         NOT NULL,
    span_id         UBIGINT      NOT NULL,
    response_id     VARCHAR      NOT NULL,
    agent           VARCHAR      NOT NULL,
    conversation_id VARCHAR      NOT NULL,
    tag_key         VARCHAR      NOT NULL,
    tag_value       VARCHAR      NOT NULL,
    user_id         VARCHAR      NOT NULL,
    value           DECIMAL(38, 18),
    label           VARCHAR      NOT NULL,
    accepted        BOOLEAN      NOT NULL,
    error_type      VARCHAR      NOT NULL,
    received_time   TIMESTAMP    NOT NULL
);

CREATE VIEW evaluations AS
SELECT
    time, name, value AS score, label, error_type,
    if(trace_id = '00000000-0000-0000-0000-000000000000', '', replace(trace_id::VARCHAR, '-', '')) AS trace_id,
    if(span_id = 0, '', printf('%016x', span_id)) AS span_id,
    response_id, agent, conversation_id, user_id, replace(result_id::VARCHAR, '-', '') AS result_id, received_time
FROM result_rows
WHERE kind = 'evaluation';

CREATE VIEW outcomes AS
SELECT
    time, name, accepted, value,
    if(trace_id = '00000000-0000-0000-0000-000000000000', '', replace(trace_id::VARCHAR, '-', '')) AS trace_id,
    conversation_id, tag_key, tag_value, user_id, replace(result_id::VARCHAR, '-', '') AS result_id, received_time
FROM result_rows
WHERE kind = 'outcome';

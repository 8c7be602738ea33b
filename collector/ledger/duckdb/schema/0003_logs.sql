-- Log records beside the calls: the one record of each call, events of the
-- GenAI conventions, and what applications log inside a trace.
CREATE TABLE log_rows (
    trace_id      UUID         NOT NULL,
    span_id       UBIGINT      NOT NULL,
    log_id        UBIGINT      NOT NULL,
    time          TIMESTAMP_NS NOT NULL,
    kind          VARCHAR      NOT NULL,
    severity      INTEGER      NOT NULL,
    event_name    VARCHAR      NOT NULL,
    body          VARCHAR      NOT NULL,
    error_type    VARCHAR      NOT NULL,
    user_id       VARCHAR      NOT NULL,
    department    VARCHAR      NOT NULL,
    application   VARCHAR      NOT NULL,
    environment   VARCHAR      NOT NULL,
    agent         VARCHAR      NOT NULL,
    service       VARCHAR      NOT NULL,
    provider      VARCHAR      NOT NULL,
    model         VARCHAR      NOT NULL,
    operation     VARCHAR      NOT NULL,
    attributes    MAP(VARCHAR, VARCHAR) NOT NULL,
    received_time TIMESTAMP    NOT NULL
);

INSERT INTO ledger_settings VALUES ('log_days', 7);

CREATE VIEW logs AS
SELECT
    time,
    if(trace_id = '00000000-0000-0000-0000-000000000000', '', replace(trace_id::VARCHAR, '-', '')) AS trace_id,
    if(span_id = 0, '', printf('%016x', span_id)) AS span_id,
    printf('%016x', log_id) AS log_id,
    kind, severity AS severity_number,
    CASE WHEN severity BETWEEN 1 AND 24
        THEN ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][(severity + 3) // 4] ELSE '' END AS severity,
    event_name,
    CASE
        WHEN body = '' THEN coalesce(nullif(attributes['exception.message'], ''), event_name)
        WHEN coalesce(attributes['exception.message'], '') IN ('', body) THEN body
        ELSE body || ': ' || attributes['exception.message']
    END AS message,
    body, error_type, user_id, department, application, environment, agent, service, provider, model, operation, attributes,
    received_time
FROM log_rows;

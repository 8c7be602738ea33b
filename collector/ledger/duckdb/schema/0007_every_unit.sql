-- Every unit that a bill can depend on, and how many of them the writer of a row
-- knew. Rows from before have 0 there: whether their calls used the units that
-- are new here is not known, and no new price may be worked out from them.
ALTER TABLE llm_call_rows ADD COLUMN citation_tokens BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN video_input_tokens BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN attachment_searches BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN requests BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN maps_groundings BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN usage_fields SMALLINT DEFAULT 0;

CREATE OR REPLACE VIEW llm_calls AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id
)
FROM llm_call_rows;

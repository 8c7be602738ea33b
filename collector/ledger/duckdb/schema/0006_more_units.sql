-- Units that have prices of their own: pages that are annotated, seconds of sound
-- where a model is billed by time, searches of xAI in posts and in documents.
-- Calls from before have none.
ALTER TABLE llm_call_rows ADD COLUMN annotated_pages BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN audio_seconds BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN x_searches BIGINT DEFAULT 0;
ALTER TABLE llm_call_rows ADD COLUMN collection_searches BIGINT DEFAULT 0;

CREATE OR REPLACE VIEW llm_calls AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id
)
FROM llm_call_rows;

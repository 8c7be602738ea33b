-- How many bytes the parts of a call's input are. Calls from before have none.
ALTER TABLE llm_call_rows ADD COLUMN prompt_shares VARCHAR DEFAULT '';

CREATE OR REPLACE VIEW llm_calls AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id
)
FROM llm_call_rows;

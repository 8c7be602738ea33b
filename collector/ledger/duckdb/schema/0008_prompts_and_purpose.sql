-- The prompt template that a call was made with, what the call was for, whether its
-- answer was read to the end, and hashes of the parts of its prompt, which tell why a
-- cache was missed. Calls from before have none.
ALTER TABLE llm_call_rows ADD COLUMN prompt_parts VARCHAR DEFAULT '';
ALTER TABLE llm_call_rows ADD COLUMN prompt_name VARCHAR DEFAULT '';
ALTER TABLE llm_call_rows ADD COLUMN prompt_version VARCHAR DEFAULT '';
ALTER TABLE llm_call_rows ADD COLUMN purpose VARCHAR DEFAULT '';
ALTER TABLE llm_call_rows ADD COLUMN aborted BOOLEAN DEFAULT false;

CREATE OR REPLACE VIEW llm_calls AS
SELECT * REPLACE (
    replace(trace_id::VARCHAR, '-', '') AS trace_id,
    printf('%016x', span_id)            AS span_id,
    if(parent_span_id = 0, '', printf('%016x', parent_span_id)) AS parent_span_id
)
FROM llm_call_rows;

-- A trace reads a few rows of a hundred columns. With a server that has just started, most of
-- the time went into their marks, which say where a block begins. The server now reads them
-- when it starts, and keeps those of new parts.
ALTER TABLE llm_call_rows MODIFY SETTING prewarm_mark_cache = 1;

ALTER TABLE agent_span_rows MODIFY SETTING prewarm_mark_cache = 1;

-- The calls of one trace by its hexadecimal id, found by the key of each shard.
-- The inner query is what the shards are sent: there, a column in place of
-- trace_id would be what WHERE sees.
CREATE OR REPLACE VIEW {{.Database}}.llm_calls_of_trace AS
SELECT * EXCEPT (version, cost_rates, cost_quantities, line_items)
    REPLACE (lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id, line_items AS cost_line_items)
FROM (
    SELECT *, line_items
    FROM {{.Database}}.llm_call_rows FINAL
    WHERE trace_id = toFixedString(unhex({trace:String}), 16)
)

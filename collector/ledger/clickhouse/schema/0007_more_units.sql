-- Units that have prices of their own: pages that are annotated, seconds of sound
-- where a model is billed by time, searches of xAI in posts and in documents.
-- Calls from before have none.
ALTER TABLE llm_call_rows
    ADD COLUMN IF NOT EXISTS annotated_pages     Int64 CODEC(T64, ZSTD(1)) AFTER images,
    ADD COLUMN IF NOT EXISTS audio_seconds       Int64 CODEC(T64, ZSTD(1)) AFTER annotated_pages,
    ADD COLUMN IF NOT EXISTS x_searches          Int64 CODEC(T64, ZSTD(1)) AFTER audio_seconds,
    ADD COLUMN IF NOT EXISTS collection_searches Int64 CODEC(T64, ZSTD(1)) AFTER x_searches;

CREATE OR REPLACE VIEW llm_calls AS
SELECT
    * EXCEPT (version, cost_rates, cost_quantities)
    REPLACE (
        lower(hex(trace_id)) AS trace_id,
        lower(hex(span_id))  AS span_id,
        if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id))) AS parent_span_id,
        line_items AS cost_line_items
    ),
    bitShiftRight(version, 52) AS revision,
    fromUnixTimestamp64Micro(toInt64(bitAnd(version, 4503599627370495)), 'UTC') AS received_time
FROM llm_call_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The rows of one trace by its hexadecimal id, found by the key:
-- SELECT * FROM llm_calls_of_trace(trace = '0af7651916cd43dd8448eb211c80319c')
CREATE OR REPLACE VIEW llm_calls_of_trace AS
SELECT * EXCEPT (version, cost_rates, cost_quantities)
    REPLACE (lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id, line_items AS cost_line_items)
FROM llm_call_rows FINAL
WHERE trace_id = toFixedString(unhex({trace:String}), 16);

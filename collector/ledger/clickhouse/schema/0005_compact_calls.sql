-- A smaller row. Starts and durations are mostly multiples of a micro- or
-- millisecond, amounts of a share of a cent; rows lie in the order of random
-- trace ids, so that the difference to the row before says nothing.
ALTER TABLE llm_call_rows
    MODIFY COLUMN start_time  DateTime64(9, 'UTC')       CODEC(GCD, T64, ZSTD(1)),
    MODIFY COLUMN duration_ns Int64                      CODEC(GCD, T64, ZSTD(1)),
    MODIFY COLUMN ttfc_ns     Int64                      CODEC(GCD, T64, ZSTD(1)),
    MODIFY COLUMN cost        Nullable(Decimal(38, 18))  CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN vendor_cost Nullable(Decimal(38, 18))  CODEC(GCD, ZSTD(1)),
    MODIFY COLUMN version     UInt64                     CODEC(ZSTD(1)),
    -- The line items of a bill: "kind rate per" or "kind rate per multiplier",
    -- separated by semicolons.
    ADD COLUMN IF NOT EXISTS cost_rates      LowCardinality(String) CODEC(ZSTD(1)) AFTER cost_line_items,
    -- One a line; none where the usage of the row gives them.
    ADD COLUMN IF NOT EXISTS cost_quantities Array(Int64)           CODEC(T64, ZSTD(1)) AFTER cost_rates;

ALTER TABLE agent_span_rows
    MODIFY COLUMN start_time  DateTime64(9, 'UTC')       CODEC(GCD, T64, ZSTD(1)),
    MODIFY COLUMN duration_ns Int64                      CODEC(GCD, T64, ZSTD(1)),
    MODIFY COLUMN version     UInt64                     CODEC(ZSTD(1));

-- The JSON it was before: rates and quantities put together, or the text of a
-- bill that is not made of them. No digit of an amount lies beyond the 30 of
-- these decimals.
ALTER TABLE llm_call_rows ADD COLUMN IF NOT EXISTS line_items String ALIAS
    if(cost_rates = '', cost_line_items, concat('[', arrayStringConcat(arrayMap(
        (line, quantity) -> concat(
            '{"kind":"', line[1], '","quantity":', toString(quantity),
            ',"rate_usd":"', line[2], '","per":', line[3],
            if(line[4] = '', '', concat(',"multiplier":"', line[4], '"')),
            ',"cost_usd":"',
            toString(toDecimal256OrZero(line[2], 19) * toDecimal256OrZero(if(line[4] = '', '1', line[4]), 11) * quantity / toInt64OrZero(line[3])),
            '"}'),
        arrayMap(line -> splitByChar(' ', line), splitByChar(';', toString(cost_rates))),
        if(empty(cost_quantities),
            arrayMap(line -> multiIf(
                    startsWith(line, 'input '), input_tokens - cache_read_tokens - cache_write_tokens,
                    startsWith(line, 'cache_read '), cache_read_tokens,
                    startsWith(line, 'output '), output_tokens,
                    0),
                splitByChar(';', toString(cost_rates))),
            cost_quantities)
    ), ','), ']'));

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

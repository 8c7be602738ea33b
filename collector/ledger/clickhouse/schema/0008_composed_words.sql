-- Who called, and what was called on which terms, as one text each. Few of either
-- occur, while thirty columns of a dictionary each are thirty dictionaries to
-- write with every insert and to put together with every merge: more than half
-- of what a call cost the server. docs/adr has the measurements.
--
-- The names of before stay, as expressions of the two. The server works such an
-- expression out once for each text that occurs, not for each row. Fields are
-- separated by \x1f; the elements of a list are each followed by \x1e.
--
-- From here on an insert of an earlier collector is refused, and waits in its
-- queue: it knows of no caller.
ALTER TABLE llm_call_rows
    ADD COLUMN IF NOT EXISTS caller  LowCardinality(String) CODEC(ZSTD(1)) AFTER ttfc_ns,
    ADD COLUMN IF NOT EXISTS product LowCardinality(String) CODEC(ZSTD(1)) AFTER caller,
    ADD CONSTRAINT IF NOT EXISTS composed CHECK caller != '';

ALTER TABLE llm_call_rows
    UPDATE
        caller = concat(
            department, '\x1f', application, '\x1f', team, '\x1f', cost_center, '\x1f', environment, '\x1f', service, '\x1f', workflow, '\x1f',
            agent, '\x1f', step),
        product = concat(
            provider, '\x1f', server_address, '\x1f', operation, '\x1f', request_model, '\x1f', response_model, '\x1f', service_tier, '\x1f',
            requested_tier, '\x1f', speed, '\x1f', inference_geo, '\x1f', endpoint_region, '\x1f', search_context_size, '\x1f', role, '\x1f',
            dialect, '\x1f', usage_source, '\x1f', cost_status, '\x1f', currency, '\x1f', cost_reason, '\x1f', catalog_version, '\x1f', cost_rates,
            '\x1f', error_type, '\x1f', toString(status_code), '\x1f', arrayStringConcat(arrayMap(x -> concat(x, '\x1e'), finish_reasons)), '\x1f',
            arrayStringConcat(arrayMap(x -> concat(x, '\x1e'), cost_flags)))
    WHERE caller = ''
    SETTINGS mutations_sync = 2;

-- Again, for inserts that were under way when the first began.
ALTER TABLE llm_call_rows
    UPDATE
        caller = concat(
            department, '\x1f', application, '\x1f', team, '\x1f', cost_center, '\x1f', environment, '\x1f', service, '\x1f', workflow, '\x1f',
            agent, '\x1f', step),
        product = concat(
            provider, '\x1f', server_address, '\x1f', operation, '\x1f', request_model, '\x1f', response_model, '\x1f', service_tier, '\x1f',
            requested_tier, '\x1f', speed, '\x1f', inference_geo, '\x1f', endpoint_region, '\x1f', search_context_size, '\x1f', role, '\x1f',
            dialect, '\x1f', usage_source, '\x1f', cost_status, '\x1f', currency, '\x1f', cost_reason, '\x1f', catalog_version, '\x1f', cost_rates,
            '\x1f', error_type, '\x1f', toString(status_code), '\x1f', arrayStringConcat(arrayMap(x -> concat(x, '\x1e'), finish_reasons)), '\x1f',
            arrayStringConcat(arrayMap(x -> concat(x, '\x1e'), cost_flags)))
    WHERE caller = ''
    SETTINGS mutations_sync = 2;

ALTER TABLE llm_call_rows
    DROP COLUMN IF EXISTS line_items, DROP COLUMN IF EXISTS department, DROP COLUMN IF EXISTS application, DROP COLUMN IF EXISTS team,
    DROP COLUMN IF EXISTS cost_center, DROP COLUMN IF EXISTS environment, DROP COLUMN IF EXISTS service, DROP COLUMN IF EXISTS workflow,
    DROP COLUMN IF EXISTS agent, DROP COLUMN IF EXISTS step, DROP COLUMN IF EXISTS provider, DROP COLUMN IF EXISTS server_address,
    DROP COLUMN IF EXISTS operation, DROP COLUMN IF EXISTS request_model, DROP COLUMN IF EXISTS response_model, DROP COLUMN IF EXISTS service_tier,
    DROP COLUMN IF EXISTS requested_tier, DROP COLUMN IF EXISTS speed, DROP COLUMN IF EXISTS inference_geo, DROP COLUMN IF EXISTS endpoint_region,
    DROP COLUMN IF EXISTS search_context_size, DROP COLUMN IF EXISTS role, DROP COLUMN IF EXISTS dialect, DROP COLUMN IF EXISTS usage_source,
    DROP COLUMN IF EXISTS cost_status, DROP COLUMN IF EXISTS currency, DROP COLUMN IF EXISTS cost_reason, DROP COLUMN IF EXISTS catalog_version,
    DROP COLUMN IF EXISTS cost_rates, DROP COLUMN IF EXISTS error_type, DROP COLUMN IF EXISTS status_code, DROP COLUMN IF EXISTS finish_reasons,
    DROP COLUMN IF EXISTS cost_flags,
    ADD COLUMN department          LowCardinality(String) ALIAS substringIndex(caller, '\x1f', 1),
    ADD COLUMN application         LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 2), '\x1f', -1),
    ADD COLUMN team                LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 3), '\x1f', -1),
    ADD COLUMN cost_center         LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 4), '\x1f', -1),
    ADD COLUMN environment         LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 5), '\x1f', -1),
    ADD COLUMN service             LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 6), '\x1f', -1),
    ADD COLUMN workflow            LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 7), '\x1f', -1),
    ADD COLUMN agent               LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 8), '\x1f', -1),
    ADD COLUMN step                LowCardinality(String) ALIAS substringIndex(substringIndex(caller, '\x1f', 9), '\x1f', -1),
    ADD COLUMN provider            LowCardinality(String) ALIAS substringIndex(product, '\x1f', 1),
    ADD COLUMN server_address      LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 2), '\x1f', -1),
    ADD COLUMN operation           LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 3), '\x1f', -1),
    ADD COLUMN request_model       LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 4), '\x1f', -1),
    ADD COLUMN response_model      LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 5), '\x1f', -1),
    ADD COLUMN service_tier        LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 6), '\x1f', -1),
    ADD COLUMN requested_tier      LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 7), '\x1f', -1),
    ADD COLUMN speed               LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 8), '\x1f', -1),
    ADD COLUMN inference_geo       LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 9), '\x1f', -1),
    ADD COLUMN endpoint_region     LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 10), '\x1f', -1),
    ADD COLUMN search_context_size LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 11), '\x1f', -1),
    ADD COLUMN role                LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 12), '\x1f', -1),
    ADD COLUMN dialect             LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 13), '\x1f', -1),
    ADD COLUMN usage_source        LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 14), '\x1f', -1),
    ADD COLUMN cost_status         LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 15), '\x1f', -1),
    ADD COLUMN currency            LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 16), '\x1f', -1),
    ADD COLUMN cost_reason         LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 17), '\x1f', -1),
    ADD COLUMN catalog_version     LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 18), '\x1f', -1),
    ADD COLUMN cost_rates          LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 19), '\x1f', -1),
    ADD COLUMN error_type          LowCardinality(String) ALIAS substringIndex(substringIndex(product, '\x1f', 20), '\x1f', -1),
    ADD COLUMN status_code         UInt16                 ALIAS toUInt16OrZero(toString(substringIndex(substringIndex(product, '\x1f', 21), '\x1f', -1))),
    ADD COLUMN finish_reasons      Array(LowCardinality(String)) ALIAS arrayPopBack(splitByChar('\x1e', toString(substringIndex(substringIndex(product, '\x1f', 22), '\x1f', -1)))),
    ADD COLUMN cost_flags          Array(LowCardinality(String)) ALIAS arrayPopBack(splitByChar('\x1e', toString(substringIndex(substringIndex(product, '\x1f', 23), '\x1f', -1)))),
    ADD COLUMN line_items String ALIAS
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

ALTER TABLE llm_call_rows DROP CONSTRAINT IF EXISTS composed;

-- Random bits of a number take no more room than they are, and short texts that
-- differ in little are found again farther back.
ALTER TABLE llm_call_rows
    MODIFY COLUMN duration_ns Int64  CODEC(GCD, T64('bit'), ZSTD(1)),
    MODIFY COLUMN ttfc_ns     Int64  CODEC(GCD, T64('bit'), ZSTD(1)),
    MODIFY COLUMN user_id     String CODEC(ZSTD(3));

CREATE OR REPLACE VIEW llm_calls AS
SELECT
    lower(hex(llm_call_rows.trace_id)) AS trace_id, lower(hex(llm_call_rows.span_id)) AS span_id,
    if(llm_call_rows.parent_span_id = toFixedString('', 8), '', lower(hex(llm_call_rows.parent_span_id))) AS parent_span_id,
    start_time, duration_ns, ttfc_ns, user_id, department, application, team, cost_center, environment, tags,
    workflow, agent, step, conversation_id, service, provider, server_address, operation, request_model, response_model, response_id, service_tier,
    streamed, finish_reasons, is_error, error_type, status_code, attempt, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens, cache_write_12h_tokens, reasoning_tokens, audio_input_tokens,
    audio_cache_read_tokens, audio_output_tokens, image_input_tokens, image_cache_read_tokens, image_output_tokens, web_searches, file_searches,
    code_executions, search_units, pages, images, annotated_pages, audio_seconds, x_searches, collection_searches,
    usage_source, cost_status, cost, currency, cost_reason, cost_flags, line_items AS cost_line_items,
    catalog_version, vendor_cost, requested_tier, speed, inference_geo, endpoint_region, search_context_size, role, billable, claim, dialect,
    prompt_prefix, prompt_prefix_tokens,
    bitShiftRight(version, 52) AS revision,
    fromUnixTimestamp64Micro(toInt64(bitAnd(version, 4503599627370495)), 'UTC') AS received_time
FROM llm_call_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The rows of one trace by its hexadecimal id, found by the key:
-- SELECT * FROM llm_calls_of_trace(trace = '0af7651916cd43dd8448eb211c80319c')
CREATE OR REPLACE VIEW llm_calls_of_trace AS
SELECT
    lower(hex(llm_call_rows.trace_id)) AS trace_id, lower(hex(llm_call_rows.span_id)) AS span_id,
    lower(hex(llm_call_rows.parent_span_id)) AS parent_span_id,
    start_time, duration_ns, ttfc_ns, user_id, department, application, team, cost_center, environment, tags,
    workflow, agent, step, conversation_id, service, provider, server_address, operation, request_model, response_model, response_id, service_tier,
    streamed, finish_reasons, is_error, error_type, status_code, attempt, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens, cache_write_12h_tokens, reasoning_tokens, audio_input_tokens,
    audio_cache_read_tokens, audio_output_tokens, image_input_tokens, image_cache_read_tokens, image_output_tokens, web_searches, file_searches,
    code_executions, search_units, pages, images, annotated_pages, audio_seconds, x_searches, collection_searches,
    usage_source, cost_status, cost, currency, cost_reason, cost_flags, line_items AS cost_line_items,
    catalog_version, vendor_cost, requested_tier, speed, inference_geo, endpoint_region, search_context_size, role, billable, claim, dialect,
    prompt_prefix, prompt_prefix_tokens
FROM llm_call_rows FINAL
WHERE llm_call_rows.trace_id = toFixedString(unhex({trace:String}), 16);

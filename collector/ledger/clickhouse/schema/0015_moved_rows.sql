-- The newest version of a row may have another start of its day than an older one.
-- The server leaves out parts by the least and greatest start in them, before it looks
-- for the newest version: where that is in such a part, the older one was counted. The
-- views find their parts by the key alone, which begins with the day.
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
    citation_tokens, video_input_tokens, attachment_searches, requests, maps_groundings, video_seconds, characters, nano_credits, usage_fields,
    usage_source, cost_status, cost, currency, cost_reason, cost_flags, line_items AS cost_line_items,
    catalog_version, vendor_cost, requested_tier, speed, inference_geo, endpoint_region, search_context_size, role, billable, claim, dialect,
    prompt_prefix, prompt_prefix_tokens, aborted, prompt_parts, prompt_name, prompt_version, purpose, prompt_shares,
    bitShiftRight(version, 52) AS revision,
    fromUnixTimestamp64Micro(toInt64(bitAnd(version, 4503599627370495)), 'UTC') AS received_time
FROM llm_call_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1, use_partition_pruning = 0;

CREATE OR REPLACE VIEW agent_spans AS
SELECT
    * EXCEPT (version)
    REPLACE (
        lower(hex(trace_id)) AS trace_id,
        lower(hex(span_id))  AS span_id,
        if(parent_span_id = toFixedString('', 8), '', lower(hex(parent_span_id))) AS parent_span_id,
        arrayMap(l -> lower(hex(l)), links) AS links
    ),
    fromUnixTimestamp64Micro(toInt64(version), 'UTC') AS received_time
FROM agent_span_rows FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1, use_partition_pruning = 0;

CREATE OR REPLACE VIEW rollup_source AS
SELECT
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    toDate(start_time) AS day,
    user_id, department, application, team, cost_center, environment, workflow, agent, service, provider,
    CAST(if(response_model = '', request_model, response_model), 'LowCardinality(String)') AS model,
    operation, cost_status,
    toUInt64(1) AS calls, toUInt64(is_error) AS errors,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
    assumeNotNull(cost) AS cost, duration_ns
FROM llm_call_rows FINAL
WHERE billable
SETTINGS do_not_merge_across_partitions_select_final = 1, use_partition_pruning = 0;

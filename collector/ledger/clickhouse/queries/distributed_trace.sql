-- The calls of one trace by its hexadecimal id, found by the key of each shard.
-- The inner query is what the shards are sent: there, a column in place of
-- trace_id would be what WHERE sees.
CREATE OR REPLACE VIEW {{.Database}}.llm_calls_of_trace AS
SELECT
    * EXCEPT (line_items)
    REPLACE (lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id, line_items AS cost_line_items)
FROM (
    SELECT
        trace_id, span_id, parent_span_id,
        start_time, duration_ns, ttfc_ns, user_id, department, application, team, cost_center, environment, tags,
        workflow, agent, step, conversation_id, service, provider, server_address, operation, request_model, response_model, response_id, service_tier,
        streamed, finish_reasons, is_error, error_type, status_code, attempt, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
        cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens, cache_write_12h_tokens, reasoning_tokens, audio_input_tokens,
        audio_cache_read_tokens, audio_output_tokens, image_input_tokens, image_cache_read_tokens, image_output_tokens, web_searches, file_searches,
        code_executions, search_units, pages, images, annotated_pages, audio_seconds, x_searches, collection_searches,
        citation_tokens, video_input_tokens, attachment_searches, requests, maps_groundings, video_seconds, characters, nano_credits, usage_fields,
        usage_source, cost_status, cost, currency, cost_reason, cost_flags, cost_line_items, line_items,
        catalog_version, vendor_cost, requested_tier, speed, inference_geo, endpoint_region, search_context_size, role, billable, claim, dialect,
        prompt_prefix, prompt_prefix_tokens, aborted, prompt_parts, prompt_name, prompt_version, purpose, prompt_shares
    FROM {{.Database}}.llm_call_rows FINAL
    WHERE trace_id = toFixedString(unhex({trace:String}), 16)
)

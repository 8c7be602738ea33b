-- What a collector of version 1 left: a call and a span with a value in every
-- column, a call delivered twice, and a figure that repricing replaced.
INSERT INTO llm_call_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, ttfc_ns, user_id, department, application, team, cost_center, environment, tags,
    workflow, agent, step, conversation_id, service, provider, server_address, operation, request_model, response_model, response_id, service_tier,
    streamed, finish_reasons, is_error, error_type, status_code, attempt, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens, cache_write_12h_tokens, reasoning_tokens, audio_input_tokens,
    audio_cache_read_tokens, audio_output_tokens, image_input_tokens, image_cache_read_tokens, image_output_tokens, web_searches, file_searches,
    code_executions, search_units, pages, images, usage_source, cost_status, cost, currency, cost_reason, cost_flags, cost_line_items,
    catalog_version, vendor_cost, requested_tier, speed, inference_geo, endpoint_region, search_context_size, role, billable, claim, dialect, version)
SELECT
    unhex('feedfacecafebeef0000000000000001'), unhex('8000000000000000'), unhex('0000000000000002'),
    toDateTime64('2026-10-27 12:00:00.123456789', 9, 'UTC'), 1234567891, 98765432, 'u-4711', 'claims', 'intake-bot', 'blue', 'cc-12', 'production',
    map('project', 'apollo', 'empty', '', 'ключ', 'значение'),
    'triage flow', 'triage', 'look up policy', 'conv-1', 'intake', 'anthropic', 'api.anthropic.com', 'generate_content', 'claude-sonnet-4-5',
    'claude-sonnet-4-5-20250929', 'msg_01', 'batch', true, ['stop', 'length'], true, 'rate_limited', 429, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 9223372036854775807, 'reported', 'priced', toDecimal128('12345678901234567890.123456789012345678', 18),
    'USD', 'none', ['tier_assumed', 'region_assumed'], '[{"unit":"input"}]', '2026-11-01', toDecimal128('-0.000000000000000001', 18), 'priority', 'fast',
    'us', 'eu-west-1', 'high', 'llm', true, 'transport', 'spanledger',
    bitOr(bitShiftLeft(toUInt64(4095), 52), toUInt64(1793102460123456));

INSERT INTO llm_call_rows (trace_id, span_id, start_time, provider, request_model, cost_status, cost, currency, input_tokens, billable, version)
SELECT unhex('feedfacecafebeef0000000000000002'), unhex('0000000000000007'), toDateTime64('2026-10-26 09:30:00', 9, 'UTC'),
    'openai', 'gpt-5', 'priced', toDecimal128('0.25', 18), 'USD', number, true, 1793102400000000 + number
FROM numbers(2);

INSERT INTO agent_span_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, role, name, workflow, agent, step, step_number, tool, user_id, department,
    application, service, conversation_id, is_error, error_type, links, version)
SELECT unhex('feedfacecafebeef0000000000000001'), unhex('0000000000000003'), unhex('0000000000000004'),
    toDateTime64('2026-10-27 11:59:59.123456789', 9, 'UTC'), 5555555555, 'step', 'step look up policy', 'triage flow', 'triage', 'look up policy', 7,
    'search', 'u-4711', 'claims', 'intake-bot', 'intake', 'conv-1', true, 'timeout', [unhex('0000000000000005'), unhex('ffffffffffffffff')],
    1793106000123456;

INSERT INTO past_costs
    (trace_id, span_id, start_time, revision, cost_status, cost, currency, cost_reason, cost_flags, cost_line_items, catalog_version, replaced_time)
SELECT unhex('feedfacecafebeef0000000000000001'), unhex('8000000000000000'), toDateTime64('2026-10-27 12:00:00.123456789', 9, 'UTC'), 4094,
    'priced', toDecimal128('0.000000000000000001', 18), 'USD', 'none', ['tier_assumed'], '[]', '2026-10-01', toDateTime64('2026-11-01 00:00:00.000001', 9, 'UTC');

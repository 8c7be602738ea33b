-- Why calls read nothing from the vendor's cache: each is compared with the last call of
-- the same prefix and model, and with the one before of its conversation or run.
WITH calls AS (
    SELECT trace_id, span_id, start_time, toUnixTimestamp64Nano(start_time) AS begun, CAST(provider, 'String') AS vendor,
        CAST({{.Model}}, 'String') AS model_name, CAST(agent, 'String') AS agent_name,
        if(conversation_id = '', hex(trace_id), concat('c', conversation_id)) AS thread,
        prompt_prefix, prompt_parts, prompt_prefix_tokens AS prefix_tokens, cache_read_tokens, cache_write_tokens
    FROM llm_call_rows FINAL
    WHERE billable AND prompt_prefix != '' AND NOT is_error
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
compared AS (
    SELECT *,
        begun - lagInFrame(toNullable(begun)) OVER same AS since,
        lagInFrame(cache_read_tokens > 0 OR cache_write_tokens > 0) OVER same AS was_cached,
        lagInFrame(toNullable(prompt_prefix)) OVER before AS prefix_before,
        lagInFrame(prompt_parts) OVER before AS parts_before,
        lagInFrame(toNullable(model_name)) OVER before AS model_before
    FROM calls
    WINDOW
        same AS (PARTITION BY vendor, model_name, prompt_prefix ORDER BY begun, span_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
        before AS (PARTITION BY thread, agent_name, vendor ORDER BY begun, span_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
classified AS (
    SELECT *, ifNull(prefix_before != prompt_prefix, false) AS changed, splitByChar('.', parts_before) AS old_parts, splitByChar('.', prompt_parts) AS new_parts, multiIf(
        cache_read_tokens > 0, 'hit',
        prefix_tokens < {min_tokens:Int64}, 'too_short',
        ifNull(since <= {within:Int64}, false) AND was_cached, 'gone',
        ifNull(since <= {within:Int64}, false), 'not_written',
        changed AND (prompt_parts = '' OR parts_before = ''), 'prefix_changed',
        changed AND old_parts[1] != new_parts[1], 'tools_changed',
        changed AND old_parts[2] != new_parts[2], 'system_changed',
        changed AND old_parts[3] != new_parts[3], 'messages_changed',
        changed, 'prefix_changed',
        ifNull(model_before != model_name, false), 'model_changed',
        isNotNull(since), 'expired',
        'first_use') AS cause
    FROM compared
)
{{- if .List}}
SELECT cause, vendor, model_name, prefix_tokens AS prefix, trace_id AS trace, span_id AS span, begun, agent_name, ifNull(since, 0) AS ago
FROM classified
WHERE cause != 'hit'
ORDER BY cause, prefix_tokens DESC, trace_id, span_id
LIMIT {calls:UInt64} BY cause
{{- else}}
SELECT cause, vendor, model_name, formatDateTime(start_time, '%Y-%m-%d') AS day, count() AS calls,
    {{total "prefix_tokens"}} AS prefix, {{total "cache_read_tokens"}} AS read_tokens
FROM classified
GROUP BY cause, vendor, model_name, day
ORDER BY cause, vendor, model_name, day
{{- end}}
SETTINGS do_not_merge_across_partitions_select_final = 1, max_bytes_before_external_sort = 500000000

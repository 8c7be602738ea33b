-- Why calls read nothing from the vendor's cache: each is compared with the last call of
-- the same prefix and model, and with the one before of its conversation or run.
WITH calls AS (
    SELECT trace_id, span_id, start_time, epoch_ns(start_time) AS begun, provider, {{.Model}} AS model, agent,
        -- Sorting by a hash of the texts is less work than sorting by them.
        hash(provider, {{.Model}}, prompt_prefix) AS same_prompt,
        hash(conversation_id, if(conversation_id = '', trace_id, NULL), agent, provider) AS thread,
        prompt_prefix, prompt_parts, prompt_prefix_tokens AS prefix_tokens, cache_read_tokens, cache_write_tokens
    FROM llm_call_rows
    WHERE billable AND prompt_prefix <> '' AND NOT is_error
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
compared AS (
    SELECT *,
        begun - lag(begun) OVER same AS since,
        lag(cache_read_tokens > 0 OR cache_write_tokens > 0) OVER same AS was_cached,
        lag(prompt_prefix) OVER before AS prefix_before,
        lag(prompt_parts) OVER before AS parts_before,
        lag(model) OVER before AS model_before
    FROM calls
    WINDOW
        same AS (PARTITION BY same_prompt ORDER BY begun, span_id),
        before AS (PARTITION BY thread ORDER BY begun, span_id)
),
classified AS (
    SELECT *, CASE
        WHEN cache_read_tokens > 0 THEN 'hit'
        WHEN prefix_tokens < ? THEN 'too_short'
        WHEN since <= ? AND was_cached THEN 'gone'
        WHEN since <= ? THEN 'not_written'
        WHEN prefix_before <> prompt_prefix AND (prompt_parts = '' OR parts_before = '') THEN 'prefix_changed'
        WHEN prefix_before <> prompt_prefix AND split_part(parts_before, '.', 1) <> split_part(prompt_parts, '.', 1) THEN 'tools_changed'
        WHEN prefix_before <> prompt_prefix AND split_part(parts_before, '.', 2) <> split_part(prompt_parts, '.', 2) THEN 'system_changed'
        WHEN prefix_before <> prompt_prefix AND split_part(parts_before, '.', 3) <> split_part(prompt_parts, '.', 3) THEN 'messages_changed'
        WHEN prefix_before <> prompt_prefix THEN 'prefix_changed'
        WHEN model_before <> model THEN 'model_changed'
        WHEN since IS NOT NULL THEN 'expired'
        ELSE 'first_use' END AS cause
    FROM compared
),
-- The causes are found once, for the sums and for the list. Of each only the calls with
-- the most tokens are put in order.
least AS (
    SELECT cause, list_min(max(prefix_tokens, ?)) AS tokens FROM classified WHERE cause <> 'hit' GROUP BY cause
),
ranked AS (
    SELECT classified.*, row_number() OVER (PARTITION BY cause ORDER BY prefix_tokens DESC, trace_id, span_id) AS place
    FROM classified JOIN least USING (cause)
    WHERE prefix_tokens >= least.tokens
)
SELECT false AS listed, cause, provider, model, strftime(start_time, '%Y-%m-%d') AS day, count(*) AS calls,
    {{total "prefix_tokens"}} AS prefix, {{total "cache_read_tokens"}} AS read_tokens,
    '00000000-0000-0000-0000-000000000000'::UUID AS trace, 0::UBIGINT AS span, 0::BIGINT AS start, '' AS agent_name, 0::BIGINT AS ago, 0::BIGINT AS place
FROM classified
GROUP BY cause, provider, model, day
UNION ALL
SELECT true, cause, provider, model, '', 0, prefix_tokens, 0, trace_id, span_id, begun, agent, coalesce(since, 0), place
FROM ranked
WHERE place <= ?
ORDER BY listed, cause, place, provider, model, day

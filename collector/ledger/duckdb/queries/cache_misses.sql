-- Why calls read nothing from the vendor's cache: each is compared with the last call of
-- the same prefix and model, and with the one before of its conversation or run.
-- A row id tells calls apart. What is put in order is narrow, and hashes of texts in place
-- of the texts; texts are compared for the calls alone whose cause they decide.
WITH calls AS NOT MATERIALIZED (
    SELECT rowid AS id, trace_id, span_id, epoch_ns(start_time) AS begun, provider, {{.Model}} AS model, agent, conversation_id,
        prompt_prefix, prompt_parts, prompt_prefix_tokens AS prefix_tokens, cache_read_tokens, cache_write_tokens
    FROM llm_call_rows
    WHERE billable AND prompt_prefix <> '' AND NOT is_error
    {{- range .Conditions}}
        AND {{.}}
    {{- end}}
),
-- Calls that read nothing, with the last call of the same prompt.
missed AS MATERIALIZED (
    SELECT id, short, since, was_cached
    FROM (
        SELECT id, miss, short, begun - lag(begun) OVER same AS since, lag(cached) OVER same AS was_cached
        FROM (
            SELECT id, hash(provider, model, prompt_prefix) AS prompt, begun, span_id, cache_read_tokens = 0 AS miss,
                prefix_tokens < {{.MinTokens}} AS short, cache_read_tokens > 0 OR cache_write_tokens > 0 AS cached
            FROM calls
        )
        WINDOW same AS (PARTITION BY prompt ORDER BY begun, span_id)
    )
    WHERE miss
),
late AS MATERIALIZED (
    SELECT id, since FROM missed WHERE NOT short AND (since IS NULL OR since > {{.Lifetime}})
),
-- Of those whose prompt was not in use shortly before, the call before in the thread.
follow AS MATERIALIZED (
    SELECT id, previous
    FROM (
        SELECT id, lag(id) OVER (PARTITION BY thread ORDER BY begun, span_id) AS previous
        FROM (SELECT id, hash(conversation_id, if(conversation_id = '', trace_id, NULL), agent, provider) AS thread, begun, span_id FROM calls)
    )
    WHERE id IN (SELECT id FROM late)
),
caused AS MATERIALIZED (
    SELECT id, since, CASE WHEN short THEN 'too_short' WHEN was_cached THEN 'gone' ELSE 'not_written' END AS cause
    FROM missed
    WHERE short OR since <= {{.Lifetime}}
    UNION ALL
    SELECT id, since, CASE
        WHEN p.prompt_prefix <> c.prompt_prefix AND (c.prompt_parts = '' OR p.prompt_parts = '') THEN 'prefix_changed'
        WHEN p.prompt_prefix <> c.prompt_prefix AND split_part(p.prompt_parts, '.', 1) <> split_part(c.prompt_parts, '.', 1) THEN 'tools_changed'
        WHEN p.prompt_prefix <> c.prompt_prefix AND split_part(p.prompt_parts, '.', 2) <> split_part(c.prompt_parts, '.', 2) THEN 'system_changed'
        WHEN p.prompt_prefix <> c.prompt_prefix AND split_part(p.prompt_parts, '.', 3) <> split_part(c.prompt_parts, '.', 3) THEN 'messages_changed'
        WHEN p.prompt_prefix <> c.prompt_prefix THEN 'prefix_changed'
        WHEN p.model <> c.model THEN 'model_changed'
        WHEN since IS NOT NULL THEN 'expired'
        ELSE 'first_use' END
    FROM late JOIN follow USING (id) JOIN calls c USING (id)
        LEFT JOIN (SELECT id AS previous, prompt_prefix, prompt_parts, model FROM calls WHERE id IN (SELECT previous FROM follow)) p USING (previous)
),
listable AS MATERIALIZED (
    SELECT id, cause, since, prefix_tokens, trace_id, span_id, begun, provider, model, agent FROM caused JOIN calls USING (id)
),
listed AS (
    {{- range $i, $cause := .Causes}}
    {{if $i}}UNION ALL {{end}}(
        SELECT * FROM listable WHERE cause = '{{$cause}}' ORDER BY prefix_tokens DESC, trace_id, span_id LIMIT {{$.Calls}}
    )
    {{- end}}
),
-- Every call that reads nothing has a cause.
sums AS (
    SELECT cause, provider, model, begun // 86400000000000 AS day, count(*) AS calls, {{total "prefix_tokens"}} AS prefix, 0 AS read_tokens
    FROM listable
    GROUP BY ALL
    UNION ALL
    SELECT 'hit', provider, model, begun // 86400000000000 AS day, count(*), {{total "prefix_tokens"}}, {{total "cache_read_tokens"}}
    FROM calls
    WHERE cache_read_tokens <> 0
    GROUP BY ALL
)
SELECT false AS listed, cause, provider, model, strftime(make_timestamp_ns(day * 86400000000000), '%Y-%m-%d') AS day, calls, prefix, read_tokens,
    '00000000-0000-0000-0000-000000000000'::UUID AS trace, 0::UBIGINT AS span, 0::BIGINT AS start, '' AS agent_name, 0::BIGINT AS ago, 0::BIGINT AS place
FROM sums
UNION ALL
SELECT true, cause, provider, model, '', 0, prefix_tokens, 0, trace_id, span_id, begun, agent, coalesce(since, 0),
    row_number() OVER (PARTITION BY cause ORDER BY prefix_tokens DESC, trace_id, span_id)
FROM listed
ORDER BY listed, cause, place, provider, model, day

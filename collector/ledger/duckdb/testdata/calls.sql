-- A number of calls, five a run, runs spread evenly over the last 30 days; 5,000
-- users, 20 departments, 50 applications, 10 agents, 4 models, four runs a conversation. One call in fifty fails and
-- one in a hundred is not read to its end; 200 prompts, of which 60 % of the calls read
-- something from the cache; the parts of each input are counted.
INSERT INTO llm_call_rows
SELECT * EXCLUDE (n, total) REPLACE (
    md5((n // 5)::VARCHAR)::UUID AS trace_id, n::UBIGINT + 1 AS span_id, (n // 5)::UBIGINT AS parent_span_id,
    make_timestamp_ns(epoch_ns(today()::TIMESTAMP) - 2592000000000000 + (2592000000000000 // (total // 5 + 1)) * (n // 5) + n % 5) AS start_time,
    1000000 * (hash(n) % 20000)::BIGINT AS duration_ns,
    'u-' || (n // 5) % 5000 AS user_id, 'dep-' || (n // 5) % 20 AS department, 'app-' || (n // 5) % 50 AS application,
    'c-' || n // 20 AS conversation_id, 'agent-' || (n // 25000) % 10 AS agent, ['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3'][1 + (n // 5) % 4] AS request_model,
    (hash(n, 1) % 20000)::BIGINT AS input_tokens, (hash(n, 2) % 900)::BIGINT AS output_tokens,
    n % 50 = 7 AS is_error, if(n % 50 = 7, 'timeout', '') AS error_type, n % 100 = 42 AS aborted,
    'prefix-' || (n // 5) % 200 AS prompt_prefix, (500 + (n // 5) % 200 * 20)::BIGINT AS prompt_prefix_tokens,
    'tools.system-' || (n // 5) % 200 || '.first' AS prompt_parts, if(hash(n, 4) % 10 < 6, 400, 0)::BIGINT AS cache_read_tokens,
    'system:' || (2000 + n % 1000) || ' tools/search:' || (100 + n % 300) || ' history:' || (n % 9000 + 1) || ' last:' || (10 + n % 500) AS prompt_shares,
    '[{"kind":"input","quantity":10000,"rate_usd":"1.25","per":1000000,"cost_usd":"0.0125"},{"kind":"output","quantity":400,"rate_usd":"10","per":1000000,"cost_usd":"0.004"}]' AS cost_line_items,
    ((hash(n, 3) % 4000000000)::DECIMAL(38, 18) * 0.00000000001)::DECIMAL(38, 18) AS cost
)
FROM (FROM llm_call_rows LIMIT 1), (SELECT range AS n, ?::BIGINT AS total FROM range(?::BIGINT))

-- A number of calls, five a run, runs spread evenly over the last 30 days; 5,000
-- users, 20 departments, 50 applications, 10 agents, 4 models.
INSERT INTO llm_call_rows
SELECT * EXCLUDE (n, total) REPLACE (
    md5((n // 5)::VARCHAR)::UUID AS trace_id, n::UBIGINT + 1 AS span_id, (n // 5)::UBIGINT AS parent_span_id,
    make_timestamp_ns(epoch_ns(today()::TIMESTAMP) - 2592000000000000 + (2592000000000000 // (total // 5 + 1)) * (n // 5) + n % 5) AS start_time,
    1000000 * (hash(n) % 20000)::BIGINT AS duration_ns,
    'u-' || (n // 5) % 5000 AS user_id, 'dep-' || (n // 5) % 20 AS department, 'app-' || (n // 5) % 50 AS application,
    'agent-' || (n // 25000) % 10 AS agent, ['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3'][1 + (n // 5) % 4] AS request_model,
    (hash(n, 1) % 20000)::BIGINT AS input_tokens, (hash(n, 2) % 900)::BIGINT AS output_tokens,
    ((hash(n, 3) % 4000000000)::DECIMAL(38, 18) * 0.00000000001)::DECIMAL(38, 18) AS cost
)
FROM (FROM llm_call_rows LIMIT 1), (SELECT range AS n, ?::BIGINT AS total FROM range(?::BIGINT))

-- {count:UInt64} calls from number {first:UInt64} on, of {total:UInt64}: five calls a
-- run, runs spread evenly over the last 30 days; 5,000 users, 20 departments, 50
-- applications, 10 agents, 4 models. The same number always gives the same key.
INSERT INTO llm_call_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, user_id, caller, product, input_tokens, output_tokens, cost, billable, claim, version)
SETTINGS optimize_on_insert = 0, max_insert_threads = 2, min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 0
WITH intDiv(number, 5) AS run, toUInt64(toUnixTimestamp(today())) AS midnight
SELECT
    reinterpretAsFixedString(sipHash128(run)), reinterpretAsFixedString(sipHash64(number)), reinterpretAsFixedString(sipHash64(run, 'parent')),
    fromUnixTimestamp64Nano(toInt64(midnight * 1000000000 - 2592000000000000 + intDiv(2592000000, intDiv({total:UInt64}, 5) + 1) * 1000000 * run + number % 5), 'UTC'),
    1000000 * (rand(1) % 20000),
    concat('u-', toString(run % 5000)),
    arrayStringConcat([concat('dep-', toString(run % 20)), concat('app-', toString(run % 50)), '', '', '', 'svc', '',
        concat('agent-', toString(intDiv(run, 5000) % 10)), ''], '\x1f'),
    arrayStringConcat(['openai', '', 'chat', ['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3'][1 + run % 4], '', '', '', '', '', '', '', 'llm', '', '',
        'priced', 'USD', '', '', '', '', '0', '', ''], '\x1f'),
    rand(3) % 20000, rand(4) % 900, toDecimal128(rand(5), 18) / 100000000000, true, 'transport', midnight * 1000000
FROM numbers_mt({first:UInt64}, {count:UInt64})

-- {count:UInt64} calls from number {first:UInt64} on, of {total:UInt64}: five calls a
-- run, four runs a conversation, runs spread evenly over {days:UInt64} days before
-- {until:UInt64}, in seconds since 1970; 5,000 users, 20 departments, 50 applications, 10
-- agents, 4 models. One call in fifty fails, without a model that answered, and one in a
-- hundred is not read to its end; 200 prompts, of which 60 % of the calls read something
-- from the cache; the parts of each input are counted. The same number always gives the
-- same key.
INSERT INTO llm_call_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, user_id, conversation_id, caller, product, input_tokens, output_tokens, cache_read_tokens,
    cost, is_error, aborted, prompt_prefix, prompt_prefix_tokens, prompt_parts, prompt_shares, billable, claim, version)
SETTINGS optimize_on_insert = 0, max_insert_threads = 2, min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 0
WITH intDiv(number, 5) AS run, number % 50 = 7 AS failed, {until:UInt64} - {days:UInt64} * 86400 AS begin,
    ['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3'][1 + run % 4] AS model
SELECT
    reinterpretAsFixedString(sipHash128(run)), reinterpretAsFixedString(sipHash64(number)), reinterpretAsFixedString(sipHash64(run, 'parent')),
    fromUnixTimestamp64Nano(toInt64(begin * 1000000000 + intDiv({days:UInt64} * 86400000000000, intDiv({total:UInt64}, 5) + 1) * run + number % 5), 'UTC'),
    1000000 * (rand(1) % 20000),
    concat('u-', toString(run % 5000)), concat('c-', toString(intDiv(run, 4))),
    arrayStringConcat([concat('dep-', toString(run % 20)), concat('app-', toString(run % 50)), '', '', '', 'svc', '',
        concat('agent-', toString(intDiv(run, 5000) % 10)), '', 'writer', concat('v', toString(run % 2)), 'production'], '\x1f'),
    arrayStringConcat(['openai', '', 'chat', model, if(failed, '', concat(model, '-2025-08-07')), '', '', '', '', '', '', 'llm', '', '',
        'priced', 'USD', '', '', 'input 1.25 1000000;cache_read 0.125 1000000;output 10 1000000', if(failed, 'timeout', ''), '0', '', ''], '\x1f'),
    400 + rand(3) % 20000, rand(4) % 900, if(rand(6) % 10 < 6, 400, 0), toDecimal128(rand(5), 18) / 100000000000, failed, number % 100 = 42,
    concat('prefix-', toString(run % 200)), 500 + run % 200 * 20, concat('tools.system-', toString(run % 200), '.first'),
    concat('system:', toString(2000 + number % 1000), ' tools/search:', toString(100 + number % 300), ' history:', toString(1 + number % 9000), ' last:', toString(10 + number % 500)),
    true, 'transport', {until:UInt64} * 1000000
FROM numbers_mt({first:UInt64}, {count:UInt64})

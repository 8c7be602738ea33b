-- The roots of {count:UInt64} runs from number {first:UInt64} on, of which one in forty
-- fails, and five tools of each tenth run, of which all fail in one run of five. Times and
-- {total:UInt64} are those of the calls.
INSERT INTO agent_span_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, role, name, workflow, agent, tool, application, is_error, version)
SETTINGS optimize_on_insert = 0, max_insert_threads = 2, min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 0
WITH arrayJoin(range(if(number % 10 = 0, 6, 1))) AS place, {until:UInt64} - {days:UInt64} * 86400 AS begin
SELECT
    reinterpretAsFixedString(sipHash128(number)), reinterpretAsFixedString(sipHash64(number, if(place = 0, 'parent', concat('tool', toString(place))))),
    if(place = 0, toFixedString('', 8), reinterpretAsFixedString(sipHash64(number, 'parent'))),
    fromUnixTimestamp64Nano(toInt64(begin * 1000000000 + intDiv({days:UInt64} * 86400000000000, intDiv({total:UInt64}, 5) + 1) * number + place), 'UTC'),
    1000000, if(place = 0, 'workflow', 'tool'), 'node', 'nightly', if(place = 0, '', concat('agent-', toString(intDiv(number, 5000) % 10))),
    if(place = 0, '', 'search'), concat('app-', toString(number % 50)), if(place = 0, number % 40 = 3, number % 50 = 0), {until:UInt64} * 1000000
FROM numbers_mt({first:UInt64}, {count:UInt64})

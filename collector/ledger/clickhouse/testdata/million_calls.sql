-- A million calls of 200,000 runs over the last 30 days: 5,000 users, 20
-- departments, 50 applications, 10 agents.
INSERT INTO llm_call_rows (trace_id, span_id, parent_span_id, start_time, duration_ns, user_id, department, application, service, provider, operation, request_model, response_model, agent, input_tokens, output_tokens, cost_status, cost, currency, role, billable, claim, version)
SELECT reinterpretAsFixedString(sipHash128(intDiv(number, 5))), reinterpretAsFixedString(sipHash64(number)), reinterpretAsFixedString(sipHash64(intDiv(number,5)+1)),
 fromUnixTimestamp64Nano(toInt64(toUnixTimestamp(toStartOfDay(now()))) * 1000000000 - toInt64(intDiv(number,5) % 2592000) * 1000000000 , 'UTC'), 1000000 * (rand(1) % 20000), concat('u-', toString(intDiv(number,5) % 5000)), concat('dep-', toString(intDiv(number,5) % 20)), concat('app-', toString(intDiv(number,5) % 50)), 'svc', 'openai', 'chat', 'gpt-5', 'gpt-5-2025-08-07', concat('agent-', toString(rand(2) % 10)), rand(3) % 20000, rand(4) % 900, 'priced', toDecimal128(rand(5), 18) / 100000000000, 'USD', 'llm', true, 'transport', toUInt64(now()) * 1000000
FROM numbers(1000000)

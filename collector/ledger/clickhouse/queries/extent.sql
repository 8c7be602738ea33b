SELECT count() AS number, toUnixTimestamp64Nano(min(start_time)) AS first, toUnixTimestamp64Nano(max(start_time)) AS last
FROM (SELECT start_time FROM llm_call_rows UNION ALL SELECT start_time FROM agent_span_rows)

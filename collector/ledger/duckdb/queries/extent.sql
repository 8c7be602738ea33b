SELECT epoch_ns(min(start_time)), epoch_ns(max(start_time))
FROM (SELECT start_time FROM llm_call_rows UNION ALL SELECT start_time FROM agent_span_rows)

-- Calls that were paid for. Only those that send a prompt again have a hash of it.
SELECT epoch_ns(start_time) AS begun, span_id, trace_id, hash(agent) AS agent, is_error, aborted,
    if(prompt_prefix <> '' AND NOT is_error, hash(provider, {{.Model}}, prompt_prefix), 0::UBIGINT) AS prompt,
    cost, input_tokens, output_tokens, prompt_prefix_tokens, cache_read_tokens, provider, {{.Model}} AS model
FROM llm_call_rows
WHERE billable AND (cost > 0 OR cost IS NULL AND (input_tokens > 0 OR output_tokens > 0))
{{- range .Conditions}}
    AND {{.}}
{{- end}}

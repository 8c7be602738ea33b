-- Calls whose prompt was hashed, with hashes of the texts by which they are compared.
SELECT epoch_ns(start_time) AS begun, span_id, hash(provider, {{.Model}}, prompt_prefix) AS prompt,
    hash(conversation_id, if(conversation_id = '', trace_id, NULL), agent, provider) AS thread, hash(prompt_prefix) AS prefix, prompt_parts,
    prompt_prefix_tokens, cache_read_tokens, cache_write_tokens, provider, {{.Model}} AS model, trace_id
FROM llm_call_rows
WHERE billable AND prompt_prefix <> '' AND NOT is_error
{{- range .Conditions}}
    AND {{.}}
{{- end}}

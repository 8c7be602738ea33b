package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExplain_FindsACallByItsSpan(t *testing.T) {
	dsn := ledgerOfTalk(t)
	text := mustRun(t, "explain", "0200000000000000", "--store", dsn)
	for _, part := range []string{"Span 0200000000000000", "unpriced no_rate", "requested model  gpt-5", "gen_ai.usage.input_tokens", "Fix: "} {
		assert.Contains(t, text, part)
	}
	assert.Contains(t, mustRun(t, "explain", "most-expensive", "--store", dsn, "--format", "json"), `"attribute": "gen_ai.usage.output_tokens"`)

	_, stderr, code := run(t, "explain", "0900000000000000", "--store", dsn)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "spanledger calls")
	for _, args := range [][]string{{"explain"}, {"explain", "xyz"}, {"explain", "most-expensive", "--otlp", "-"}, {"explain", "a", "b"}} {
		_, _, code = run(t, args...)
		assert.Equal(t, exitUsage, code, args)
	}
}

func TestExplain_FollowsSpansOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spans.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
		"name":"chat gpt-5","startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000001000000000","attributes":[
		{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},
		{"key":"gen_ai.request.model","value":{"stringValue":"gpt-5"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1000"}}]}]}]}]}`), 0o600))
	var found map[string]any
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "explain", "--otlp", file, "--format", "json")), &found))
	assert.Contains(t, mustRun(t, "explain", "b7ad6b7169203331", "--otlp", file), "spanledger.cost.amount")
	assert.Contains(t, mustRun(t, "explain", "b7ad6b7169203331", "--otlp", file), "0.00125")
	_, stderr, code := run(t, "explain", "--otlp", file+".missing")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `.missing": no such file`)
}

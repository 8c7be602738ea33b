package genainormalizerprocessor_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// One call, as two releases of an emitter count it: 1,000 tokens that no cache
// served, 500 read from it, 100 out. 1000 x 3 + 500 x 0.3 + 100 x 15 = 4,650
// millionths.
func TestNormalizer_FaultsOfKnownVersionsAreCorrected(t *testing.T) {
	call5 := map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.system": "anthropic", "gen_ai.request.model": "claude-sonnet-4-5",
		"gen_ai.usage.output_tokens": 100, "gen_ai.usage.cache_read.input_tokens": 500,
		"gen_ai.usage.raw": `{"input_tokens": 1000, "output_tokens": 100, "cache_read_input_tokens": 500}`,
	}
	for _, tt := range []struct {
		version string
		input   int
	}{{"4.30.0", 1000}, {"v4.30.9b2", 1000}, {"4.31.0", 1500}, {"5.0", 1500}, {"", 1500}, {"main", 1500}} {
		attrs := maps.Clone(call5)
		attrs["gen_ai.usage.input_tokens"] = tt.input
		td := call("logfire.anthropic", attrs)
		td.ResourceSpans().At(0).ScopeSpans().At(0).Scope().SetVersion(tt.version)
		got := normalized(t, td)[0].Attributes().AsRaw()
		assert.EqualValues(t, 1500, got[string(semconv.UsageInputTokens)], tt.version)
		assert.Equal(t, "0.00465", got[string(semconv.CostAmount)], tt.version)
	}
}

// Bedrock counts the cache in its total, so a total that input and output make up
// says that a newer release of Strands has counted it in the input.
func TestNormalizer_TotalOfTheVendorSaysWhatTheInputHas(t *testing.T) {
	for name, input := range map[string]int{"before August 2026": 1000, "since": 1500} {
		got := priced(t, "strands.telemetry.tracer", map[string]any{
			"gen_ai.operation.name": "chat", "gen_ai.provider.name": "aws.bedrock", "gen_ai.request.model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
			"gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": 100, "gen_ai.usage.total_tokens": 1600,
			"gen_ai.usage.cache_read_input_tokens": 500,
		})
		assert.EqualValues(t, 1500, got[string(semconv.UsageInputTokens)], name)
		assert.Equal(t, "0.005115", got[string(semconv.CostAmount)], name) // 4,650 x 1.1, the geographic profile
	}
}

// Helicone's logger is OpenLLMetry with properties named after Helicone's headers.
func TestNormalizer_HeliconesLoggerNamesUserAndSession(t *testing.T) {
	got := priced(t, "@traceloop/instrumentation-openai", map[string]any{
		"llm.request.type": "chat", "gen_ai.system": "OpenAI", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.prompt_tokens": 1000, "gen_ai.usage.completion_tokens": 100,
		"traceloop.association.properties.Helicone-User-Id": "ada", "traceloop.association.properties.Helicone-Session-Id": "s-1",
		"traceloop.association.properties.Helicone-Prompt-Id": "triage",
	})
	assert.Equal(t, []any{"openllmetry", "ada", "s-1", "triage", "0.0035"}, []any{
		got[string(semconv.Dialect)], got[string(semconv.UserID)], got[string(semconv.ConversationID)], got[string(semconv.PromptName)], got[string(semconv.CostAmount)],
	})
}

// Counts that only an event of the span has: the last of one call, the sum of an
// agent's.
func TestNormalizer_CountsInEvents(t *testing.T) {
	td := call("acme", map[string]any{"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"})
	span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	for _, output := range []int64{1, 100} {
		event := span.Events().AppendEmpty()
		event.SetName("gen_ai.client.inference.operation.details")
		event.Attributes().PutInt("gen_ai.usage.input_tokens", 1000)
		event.Attributes().PutInt("gen_ai.usage.output_tokens", output)
	}
	agent := call("acme", map[string]any{"gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"})
	span.Events().CopyTo(agent.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Events())
	got := normalized(t, td)[0].Attributes().AsRaw()
	assert.Equal(t, "0.0035", got[string(semconv.CostAmount)])

	got = normalized(t, agent)[0].Attributes().AsRaw()
	assert.EqualValues(t, 2000, got[string(semconv.UsageInputTokens)])
	assert.EqualValues(t, 101, got[string(semconv.UsageOutputTokens)])
}

package dialect_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// house is a dialect with every kind of rule.
func house() *dialect.Dialect {
	return &dialect.Dialect{
		Name:    "house",
		Signals: []dialect.Signal{{Scope: "house"}},
		Attributes: []dialect.Mapping{
			{From: "kind", To: dialect.RoleHint},
			{From: "name", To: dialect.EntityName},
			{From: "model", To: dialect.RequestModel},
			{From: "vendor", To: dialect.Provider},
			{From: "in", To: dialect.Input},
			{From: "fresh", To: dialect.UncachedInput},
			{From: "out", To: dialect.Output},
			{From: "read", To: dialect.CacheRead},
			{From: "write", To: dialect.CacheWrite},
			{From: "write5m", To: dialect.CacheWrite5m},
			{From: "write1h", To: dialect.CacheWrite1h},
			{From: "think", To: dialect.Reasoning},
			{From: "tools", To: dialect.ToolInput},
			{From: "sum", To: dialect.Total},
			{From: "price", To: dialect.VendorAmount},
			{From: "warm", To: dialect.Temperature},
			{From: "live", To: dialect.Stream},
			{From: "ends", To: dialect.FinishReasons},
			{From: "usage", JSON: []dialect.Member{
				{Path: "tokens.in", To: dialect.Input},
				{Path: "tokens.out", To: dialect.Output},
				{Path: "ends", To: dialect.FinishReasons},
				{Path: "live", To: dialect.Stream},
				{Path: "model", To: dialect.ResponseModel},
			}},
		},
		Roles:             map[string]string{"call": semconv.RoleLLM, "agent": semconv.RoleAgent, "flow": semconv.RoleWorkflow, "step": semconv.RoleStep, "tool": semconv.RoleTool},
		Claim:             semconv.ClaimFramework,
		ReasoningExcluded: dialect.ShapeGemini,
	}
}

func normalize(t *testing.T, scope string, attrs map[string]any) map[string]any {
	t.Helper()
	engine := dialect.NewEngine([]*dialect.Dialect{house()}, dialect.Options{})
	draft := engine.Draft()
	defer engine.Release(draft)
	span := ptrace.NewSpan()
	require.NoError(t, span.Attributes().FromRaw(attrs))
	engine.Normalize(draft, engine.Scope(dialect.Origin{Scope: scope}), span, &dialect.Defaults{})
	return span.Attributes().AsRaw()
}

func TestEngine_CountsExcludeWhatTheDialectExcludes(t *testing.T) {
	const openAI, anthropic, gemini, bedrock = "openai", "anthropic", "gcp.gemini", "aws.bedrock"
	tests := []struct {
		name    string
		vendor  string
		attrs   map[string]any
		in, out any
	}{
		{"nothing is left out of counts that fit", openAI, map[string]any{"in": 100, "read": 40, "out": 10, "think": 5, "sum": 110}, int64(100), int64(10)},
		{"the total shows that the cache was left out", openAI, map[string]any{"in": 100, "read": 40, "write": 5, "out": 10, "sum": 155}, int64(145), int64(10)},
		{"the total shows that reasoning was left out", openAI, map[string]any{"in": 100, "out": 10, "think": 30, "sum": 140}, int64(100), int64(40)},
		{"the total shows that both were left out", openAI, map[string]any{"in": 100, "read": 40, "out": 10, "think": 30, "sum": 180}, int64(140), int64(40)},
		{"the total shows that tool results stand beside the input", gemini, map[string]any{"in": 100, "out": 10, "think": 30, "tools": 7, "sum": 147}, int64(107), int64(40)},
		{"cache and reasoning of one size are distinguished by the vendor", gemini, map[string]any{"in": 100, "read": 30, "out": 10, "think": 30, "sum": 140}, int64(100), int64(40)},
		{"cache and reasoning of one size, of a vendor that leaves out the cache", anthropic, map[string]any{"in": 100, "read": 30, "out": 10, "think": 30, "sum": 140}, int64(130), int64(10)},
		{"the emitter is known to leave out reasoning", gemini, map[string]any{"in": 100, "out": 10, "think": 30}, int64(100), int64(40)},
		{"the vendor had added reasoning already", gemini, map[string]any{"in": 100, "out": 40, "think": 30, "sum": 140}, int64(100), int64(40)},
		{"more was cached than sent", anthropic, map[string]any{"in": 10, "read": 400}, int64(410), nil},
		{"more was cached than sent, through Bedrock", bedrock, map[string]any{"in": 10, "write": 400}, int64(410), nil},
		{"more was cached than sent, which this vendor never says", openAI, map[string]any{"in": 10, "read": 400}, int64(10), nil},
		{"the count of uncached tokens is all there is", openAI, map[string]any{"fresh": 60, "read": 40}, int64(100), nil},
		{"the input is the count of uncached tokens", openAI, map[string]any{"in": 60, "fresh": 60, "read": 40}, int64(100), nil},
		{"the input is more than the uncached tokens", openAI, map[string]any{"in": 100, "fresh": 60, "read": 40}, int64(100), nil},
		{"cache writes are summed over their lifetimes", anthropic, map[string]any{"in": 10, "write5m": 100, "write1h": 300}, int64(410), nil},
		{"a malformed count stops every sum", anthropic, map[string]any{"in": 10, "read": -400}, int64(10), nil},
		{"a count too large to be true stops every sum", anthropic, map[string]any{"in": 10, "read": int64(1) << 60}, int64(10), nil},
		{"a total of nonsense explains nothing", openAI, map[string]any{"in": 100, "read": 40, "out": 10, "sum": 999}, int64(100), int64(10)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.attrs["kind"], tt.attrs["vendor"] = "call", tt.vendor
			got := normalize(t, "house", tt.attrs)
			assert.Equal(t, tt.in, got["gen_ai.usage.input_tokens"])
			assert.Equal(t, tt.out, got["gen_ai.usage.output_tokens"])
		})
	}
}

func TestEngine_ValuesOfOtherTypesAreUnderstood(t *testing.T) {
	tests := []struct {
		from string
		in   any
		key  string
		want any
	}{
		{"in", "12", "gen_ai.usage.input_tokens", int64(12)},
		{"in", "12.0", "gen_ai.usage.input_tokens", int64(12)},
		{"in", 12.0, "gen_ai.usage.input_tokens", int64(12)},
		{"in", "", "gen_ai.usage.input_tokens", nil},
		{"warm", int64(1), "gen_ai.request.temperature", 1.0},
		{"warm", "0.5", "gen_ai.request.temperature", 0.5},
		{"warm", "hot", "gen_ai.request.temperature", nil},
		{"warm", true, "gen_ai.request.temperature", nil},
		{"live", "true", "gen_ai.request.stream", true},
		{"live", "True", "gen_ai.request.stream", true},
		{"live", "perhaps", "gen_ai.request.stream", nil},
		{"live", int64(1), "gen_ai.request.stream", nil},
		{"ends", "stop", "gen_ai.response.finish_reasons", []any{"stop"}},
		{"ends", []any{"tool-calls", "stop"}, "gen_ai.response.finish_reasons", []any{"tool_call", "stop"}},
		{"ends", []any{}, "gen_ai.response.finish_reasons", nil},
		{"ends", int64(3), "gen_ai.response.finish_reasons", nil},
		{"price", 0.25, "spanledger.cost.vendor_amount", "0.25"},
		{"price", int64(2), "spanledger.cost.vendor_amount", "2"},
		{"price", "0.1", "spanledger.cost.vendor_amount", "0.1"},
		{"price", "NaN", "spanledger.cost.vendor_amount", nil},
		{"price", -1.0, "spanledger.cost.vendor_amount", nil},
		{"price", int64(-1), "spanledger.cost.vendor_amount", nil},
		{"price", true, "spanledger.cost.vendor_amount", nil},
		{"model", int64(4), "gen_ai.request.model", "4"},
		{"usage", `{"tokens":{"in":7}}`, "gen_ai.usage.input_tokens", int64(7)},
		{"usage", `{"tokens.in":7}`, "gen_ai.usage.input_tokens", int64(7)},
		{"usage", `"{\"tokens\":{\"in\":7}}"`, "gen_ai.usage.input_tokens", int64(7)},
		{"usage", map[string]any{"tokens": map[string]any{"in": int64(7)}}, "gen_ai.usage.input_tokens", int64(7)},
		{"usage", `{"tokens":{"in":null}}`, "gen_ai.usage.input_tokens", nil},
		{"usage", `{"tokens":{"in":1.5}}`, "gen_ai.usage.input_tokens", 1.5},
		{"usage", `{"tokens":{"in":"many"}}`, "gen_ai.usage.input_tokens", "many"},
		{"usage", `{"tokens":{"in":[1]}}`, "gen_ai.usage.input_tokens", nil},
		{"usage", `{"ends":["a","b"]}`, "gen_ai.response.finish_reasons", []any{"a", "b"}},
		{"usage", `{"live":true}`, "gen_ai.request.stream", true},
		{"usage", `{"model":""}`, "gen_ai.response.model", nil},
		{"usage", `{"tokens":{"in":7}`, "gen_ai.usage.input_tokens", nil},
		{"usage", `[7]`, "gen_ai.usage.input_tokens", nil},
		{"usage", true, "gen_ai.usage.input_tokens", nil},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s of %v", tt.from, tt.in), func(t *testing.T) {
			assert.Equal(t, tt.want, normalize(t, "house", map[string]any{"kind": "call", tt.from: tt.in})[tt.key])
		})
	}
}

func TestEngine_TheNameBelongsToWhatTheSpanIs(t *testing.T) {
	for kind, key := range map[string]string{
		"agent": "gen_ai.agent.name", "flow": "gen_ai.workflow.name", "step": "spanledger.step.name", "tool": "gen_ai.tool.name",
	} {
		assert.Equal(t, "x", normalize(t, "house", map[string]any{"kind": kind, "name": "x"})[key], kind)
	}
	assert.Equal(t, semconv.RoleTool, normalize(t, "house", map[string]any{"kind": "Tool search"})["spanledger.role"], "a name may follow the word")
}

func TestEngine_VendorsAreNamedAsTheConventionsDo(t *testing.T) {
	tests := []struct{ vendor, model, want string }{
		{"Anthropic", "", "anthropic"},
		{"anthropic.messages", "", "anthropic"},
		{"azure-openai.chat", "", "azure.ai.openai"},
		{"google.vertex.chat", "", "gcp.vertex_ai"},
		{"google.generative-ai", "", "gcp.gemini"},
		{"amazon-bedrock", "", "aws.bedrock"},
		{"mistral.chat", "", "mistral_ai"},
		{"xai.chat", "", "x_ai"},
		{"Cerebras", "", "Cerebras"},
		{"langchain", "claude-sonnet-4-5", "anthropic"},
		{"crewai", "gpt-5", "openai"},
		{"gateway", "anthropic/claude-sonnet-4-5", "anthropic"},
		{"litellm", "vertex_ai/gemini-2.5-pro", "gcp.vertex_ai"},
		{"strands-agents", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws.bedrock"},
		{"gcp.vertex.agent", "gemini-2.5-flash", "gcp.gemini"},
		{"langchain", "house-model", "langchain"},
		{"", "o3-mini", "openai"},
		{"", "grok-4", "x_ai"},
		{"", "unknown/house-model", ""},
	}
	for _, tt := range tests {
		t.Run(tt.vendor+" "+tt.model, func(t *testing.T) {
			got := normalize(t, "house", map[string]any{"kind": "call", "vendor": tt.vendor, "model": tt.model})["gen_ai.provider.name"]
			if tt.want == "" {
				assert.Nil(t, got)
				return
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestEngine_ASpanOfAnotherScopeIsLeftAlone(t *testing.T) {
	attrs := map[string]any{"kind": "call", "model": "gpt-5"}
	assert.Equal(t, attrs, normalize(t, "another", attrs))
}

func TestEngine_OriginsBeyondTheLimitAreWorkedOutEachTime(t *testing.T) {
	engine := dialect.NewEngine([]*dialect.Dialect{house()}, dialect.Options{})
	for i := range 10_000 {
		require.NotNil(t, engine.Scope(dialect.Origin{Scope: fmt.Sprint(i)}))
	}
	assert.Same(t, engine.Scope(dialect.Origin{Scope: "0"}), engine.Scope(dialect.Origin{Scope: "0"}))
	assert.NotSame(t, engine.Scope(dialect.Origin{Scope: "9999"}), engine.Scope(dialect.Origin{Scope: "9999"}))
}

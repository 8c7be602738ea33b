package genainormalizerprocessor

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
)

// normalize sends one span of a scope through the processor and returns its
// attributes.
func normalize(t *testing.T, scope string, kind ptrace.SpanKind, name string, attrs map[string]any) map[string]any {
	t.Helper()
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "intake-bot")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName(scope)
	span := ss.Spans().AppendEmpty()
	span.SetName(name)
	span.SetKind(kind)
	require.NoError(t, span.Attributes().FromRaw(attrs))
	run(t, td)
	return span.Attributes().AsRaw()
}

func run(t *testing.T, td ptrace.Traces) ptrace.Traces {
	t.Helper()
	factory := NewFactory()
	sink := new(consumertest.TracesSink)
	p, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.ConsumeTraces(t.Context(), td))
	require.Len(t, sink.AllTraces(), 1)
	return sink.AllTraces()[0]
}

func TestNormalize(t *testing.T) {
	tests := []struct {
		name  string
		scope string
		kind  ptrace.SpanKind
		span  string
		in    map[string]any
		want  map[string]any
	}{
		{
			name:  "a span of our own transport is only marked",
			scope: "github.com/spanledger/spanledger/instrumentation/otelgenai", kind: ptrace.SpanKindClient, span: "chat gpt-5",
			in: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(10), "gen_ai.usage.output_tokens": int64(5),
			},
			want: map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(10), "gen_ai.usage.output_tokens": int64(5),
				"spanledger.role": "llm", "spanledger.billable": true, "spanledger.dialect": "spanledger",
				"spanledger.claim": "transport", "spanledger.application": "intake-bot", "spanledger.usage.source": "reported",
			},
		},
		{
			name:  "a step of our own tracing keeps its role and is not billed",
			scope: "github.com/spanledger/spanledger/tracing", kind: ptrace.SpanKindInternal, span: "step look up policy",
			in: map[string]any{"spanledger.role": "step", "spanledger.step.name": "look up policy"},
			want: map[string]any{
				"spanledger.role": "step", "spanledger.step.name": "look up policy", "spanledger.application": "intake-bot",
				"spanledger.billable": false, "spanledger.dialect": "spanledger",
			},
		},
		{
			name: "a span that is not GenAI is untouched", scope: "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
			kind: ptrace.SpanKindServer, span: "GET /", in: map[string]any{"http.request.method": "GET", "user.id": "u-1"},
			want: map[string]any{"http.request.method": "GET", "user.id": "u-1"},
		},
		{
			name: "attributes that only baggage spread do not make a span GenAI", scope: "app", kind: ptrace.SpanKindInternal,
			span: "load", in: map[string]any{"gen_ai.agent.name": "triage", "gen_ai.conversation.id": "c-1"},
			want: map[string]any{"gen_ai.agent.name": "triage", "gen_ai.conversation.id": "c-1"},
		},
		{
			name: "a span normalised before is untouched", scope: "app", kind: ptrace.SpanKindClient, span: "chat",
			in: map[string]any{
				"gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "spanledger.dialect": "openlit",
				"gen_ai.usage.input_tokens": int64(110), "gen_ai.usage.cache_read.input_tokens": int64(100),
			},
			want: map[string]any{
				"gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "spanledger.dialect": "openlit",
				"gen_ai.usage.input_tokens": int64(110), "gen_ai.usage.cache_read.input_tokens": int64(100),
			},
		},
		{
			name: "an Anthropic count that leaves out more cache than it has input is completed", scope: "third.party",
			kind: ptrace.SpanKindClient, span: "chat claude",
			in: map[string]any{
				"gen_ai.system": "Anthropic", "gen_ai.operation.name": "chat", "gen_ai.request.model": "claude-sonnet-4-5",
				"gen_ai.usage.prompt_tokens": "12", "gen_ai.usage.completion_tokens": float64(7),
				"gen_ai.usage.cache_read_input_tokens": int64(1000), "gen_ai.usage.cache_creation.input_tokens": int64(50),
			},
			want: map[string]any{
				"gen_ai.provider.name": "anthropic", "gen_ai.operation.name": "chat", "gen_ai.request.model": "claude-sonnet-4-5",
				"gen_ai.usage.input_tokens": int64(1062), "gen_ai.usage.output_tokens": int64(7),
				"gen_ai.usage.cache_read.input_tokens": int64(1000), "gen_ai.usage.cache_write.input_tokens": int64(50),
				"spanledger.role": "llm", "spanledger.billable": true, "spanledger.dialect": "semconv",
				"spanledger.claim": "client", "spanledger.application": "intake-bot", "spanledger.usage.source": "reported",
			},
		},
		{
			name: "an OpenAI subset larger than its total is left for pricing to reject", scope: "third.party",
			kind: ptrace.SpanKindClient, span: "chat gpt-5",
			in: map[string]any{
				"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(10), "gen_ai.usage.cache_read.input_tokens": int64(100),
			},
			want: map[string]any{
				"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(10), "gen_ai.usage.cache_read.input_tokens": int64(100),
				"spanledger.role": "llm", "spanledger.billable": true, "spanledger.dialect": "semconv",
				"spanledger.claim": "client", "spanledger.application": "intake-bot", "spanledger.usage.source": "reported",
			},
		},
		{
			name: "a gateway's own span has the claim server", scope: "gateway", kind: ptrace.SpanKindServer, span: "chat",
			in: map[string]any{"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat"},
			want: map[string]any{
				"gen_ai.provider.name": "openai", "gen_ai.operation.name": "chat", "spanledger.role": "llm",
				"spanledger.billable": true, "spanledger.dialect": "semconv", "spanledger.claim": "server",
				"spanledger.application": "intake-bot",
			},
		},
		{
			name: "an agent's total is a claim, not a bill", scope: "third.party", kind: ptrace.SpanKindInternal, span: "invoke_agent triage",
			in: map[string]any{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage", "gen_ai.usage.input_tokens": int64(9)},
			want: map[string]any{
				"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage", "gen_ai.usage.input_tokens": int64(9),
				"spanledger.role": "agent", "spanledger.billable": false, "spanledger.dialect": "semconv",
				"spanledger.claim": "aggregate", "spanledger.application": "intake-bot", "spanledger.usage.source": "reported",
			},
		},
		{
			name: "a response read again is never billed", scope: "third.party", kind: ptrace.SpanKindClient, span: "fetch_response",
			in: map[string]any{
				"gen_ai.operation.name": "fetch_response", "gen_ai.provider.name": "openai", "gen_ai.response.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(9),
			},
			want: map[string]any{
				"gen_ai.operation.name": "fetch_response", "gen_ai.provider.name": "openai", "gen_ai.response.model": "gpt-5",
				"gen_ai.usage.input_tokens": int64(9), "spanledger.role": "other", "spanledger.billable": false,
				"spanledger.dialect": "semconv", "spanledger.application": "intake-bot", "spanledger.usage.source": "reported",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, normalize(t, tt.scope, tt.kind, tt.span, tt.in))
		})
	}
}

func TestNormalize_MalformedUsageIsLeftForPricingToReject(t *testing.T) {
	values := map[string]any{
		"a negative count":             int64(-5),
		"a double that is not a count": 1.5,
		"not a number":                 math.NaN(),
		"infinity":                     math.Inf(1),
		"a double too large to count":  1e300,
		"a word":                       "many",
		"a boolean":                    true,
		"a list":                       []any{int64(1)},
		"a map":                        map[string]any{"input": int64(1)},
		"bytes":                        []byte{1},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			got := normalize(t, "third.party", ptrace.SpanKindClient, "chat", map[string]any{
				"gen_ai.operation.name": "chat", "gen_ai.system": "anthropic", "gen_ai.request.model": "claude-haiku-4-5",
				"gen_ai.usage.prompt_tokens": value, "gen_ai.usage.output_tokens": int64(3),
				"gen_ai.usage.cache_read.input_tokens": int64(7),
			})
			left := got["gen_ai.usage.input_tokens"]
			if f, ok := value.(float64); ok && math.IsNaN(f) {
				assert.True(t, math.IsNaN(left.(float64)))
			} else {
				assert.Equal(t, value, left)
			}
			assert.NotContains(t, got, "gen_ai.usage.prompt_tokens")
			assert.Equal(t, true, got["spanledger.billable"])
			assert.Equal(t, int64(7), got["gen_ai.usage.cache_read.input_tokens"])
		})
	}
}

func TestNormalize_HugeCountsDoNotOverflow(t *testing.T) {
	got := normalize(t, "openlit", ptrace.SpanKindClient, "chat", map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "anthropic",
		"gen_ai.usage.input_tokens": int64(math.MaxInt64 - 1), "gen_ai.usage.cache_read.input_tokens": int64(math.MaxInt64),
		"gen_ai.usage.cache_write.input_tokens": int64(math.MaxInt64),
	})
	assert.Equal(t, int64(math.MaxInt64-1), got["gen_ai.usage.input_tokens"])
}

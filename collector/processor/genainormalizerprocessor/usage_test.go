package genainormalizerprocessor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/spanledger/spanledger/collector/internal/unreadspans"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// call is one span of the plain conventions, with attributes.
func call(scope string, attrs map[string]any) ptrace.Traces {
	td := ptrace.NewTraces()
	scoped := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	scoped.Scope().SetName(scope)
	span := scoped.Spans().AppendEmpty()
	span.SetSpanID([8]byte{1})
	span.SetTraceID([16]byte{1})
	span.SetStartTimestamp(1788220800000000000)
	span.SetEndTimestamp(1788220801000000000)
	span.SetName("chat")
	for k, v := range attrs {
		_ = span.Attributes().PutEmpty(k).FromRaw(v)
	}
	return td
}

func priced(t *testing.T, scope string, attrs map[string]any) map[string]any {
	t.Helper()
	return normalized(t, call(scope, attrs))[0].Attributes().AsRaw()
}

// Every spelling of a count is billed as what it is, not as text.
func TestNormalizer_SpellingsOfCounts(t *testing.T) {
	base := func(more map[string]any) map[string]any {
		attrs := map[string]any{"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 10000, "gen_ai.usage.output_tokens": 100}
		for k, v := range more {
			attrs[k] = v
		}
		return attrs
	}
	for _, key := range []string{
		"gen_ai.usage.cached_input_tokens", "gen_ai.usage.input_cached_tokens", "gen_ai.usage.cached_tokens",
		"gen_ai.usage.input_token_details.cache_read", "gen_ai.usage.cache_read_input_tokens",
	} {
		got := priced(t, "mastra", base(map[string]any{"gen_ai.request.model": "gpt-4o", key: 8000}))
		assert.Equal(t, "0.016", got[string(semconv.CostAmount)], key)
	}
	for _, keys := range [][2]string{
		{"gen_ai.usage.input_audio_tokens", "gen_ai.usage.output_audio_tokens"},
		{"gen_ai.usage.audio_input_tokens", "gen_ai.usage.audio_output_tokens"},
		{"gen_ai.usage.details.input_audio_tokens", "gen_ai.usage.details.output_audio_tokens"},
		{"gen_ai.usage.input_token_details.audio", "gen_ai.usage.output_token_details.audio"},
	} {
		got := priced(t, "livekit-agents", base(map[string]any{"gen_ai.request.model": "gpt-4o-audio-preview", keys[0]: 9000, keys[1]: 80}))
		assert.EqualValues(t, 9000, got[string(semconv.UsageAudioInputTokens)], keys[0])
		assert.EqualValues(t, 80, got[string(semconv.UsageAudioOutputTokens)], keys[1])
		// 1000 x 2.5 + 9000 x 40 + 20 x 10 + 80 x 80 per million
		assert.Equal(t, "0.3691", got[string(semconv.CostAmount)], keys[0])
	}
}

// Codex counts what it writes to the cache among its input.
func TestNormalizer_CacheWritesOfCodex(t *testing.T) {
	td := call("codex_otel", map[string]any{
		"event.name": "codex.sse_event", "event.kind": "response.completed", "model": "gpt-5.6-terra",
		"input_token_count": 100, "output_token_count": 4, "cache_write_token_count": 60,
	})
	td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).SetName("codex.sse_event")
	got := normalized(t, td)[0].Attributes().AsRaw()
	assert.Equal(t, "0.000278", got[string(semconv.CostAmount)]) // 40 x 2 + 60 x 2.5 + 4 x 12 per million
}

// A total that the counts do not explain is thoughts where the vendor is Google,
// and a flag elsewhere.
func TestNormalizer_TotalsThatPartsDoNotExplain(t *testing.T) {
	attrs := map[string]any{
		"openinference.span.kind": "LLM", "llm.provider": "google", "llm.model_name": "gemini-2.5-flash",
		"llm.token_count.prompt": 5, "llm.token_count.completion": 845, "llm.token_count.total": 2023,
	}
	got := priced(t, "openinference", attrs)
	assert.Equal(t, "0.0050465", got[string(semconv.CostAmount)])
	assert.EqualValues(t, 1173, got[string(semconv.UsageReasoningOutputTokens)])
	assert.NotContains(t, got, string(semconv.CostFlags))

	attrs["llm.provider"], attrs["llm.model_name"] = "openai", "gpt-4o"
	got = priced(t, "openinference", attrs)
	assert.EqualValues(t, 1173, got[string(semconv.UsageUnexplained)])
	assert.Contains(t, got[string(semconv.CostFlags)], "total_unexplained")
	assert.EqualValues(t, 845, got[string(semconv.UsageOutputTokens)], "nothing is guessed")

	attrs["llm.token_count.total"] = 850
	assert.NotContains(t, priced(t, "openinference", attrs), string(semconv.UsageUnexplained))
}

// What looks like a model call and is not read as one is counted, by reason and
// scope; what is none is not.
func TestNormalizer_UnreadSpansAreCounted(t *testing.T) {
	reader := metric.NewManualReader()
	set := processortest.NewNopSettings(genainormalizerprocessor.NewFactory().Type())
	set.MeterProvider = metric.NewMeterProvider(metric.WithReader(reader))
	core, written := observer.New(zap.WarnLevel)
	set.Logger = zap.New(core)
	factory := genainormalizerprocessor.NewFactory()
	p, err := factory.CreateTraces(t.Context(), set, factory.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	var shown watcher
	require.NoError(t, p.Start(t.Context(), host{extensions: map[component.ID]component.Component{component.MustNewID("page"): &shown}}))
	for _, td := range []ptrace.Traces{
		call("acme-sdk", map[string]any{"gen_ai.operation.name": "brew", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}),
		call("acme-sdk", map[string]any{"gen_ai.operation.name": "brew", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}),
		call("livekit-agents", map[string]any{"lk.agent_turn_id": "x"}),
		call("acme-sdk", map[string]any{"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}),
		call("acme-sdk", map[string]any{"http.request.method": "GET"}),
		// Codex with trace_exporter alone.
		call("codex_exec", map[string]any{
			"from": "response.completed", "gen_ai.usage.input_tokens": 1200, "gen_ai.usage.output_tokens": 30, "codex.usage.total_tokens": 1230,
		}),
		call("codex_exec", map[string]any{"thread.id": "cx-1", "model": "gpt-5-codex", "codex.turn.token_usage.input_tokens": 1200}),
	} {
		require.NoError(t, p.ConsumeTraces(t.Context(), td))
	}
	var got metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &got))
	counted := map[string]int64{}
	for _, scope := range got.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != "spanledger_spans_unread" {
				continue
			}
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				reason, _ := point.Attributes.Value("reason")
				name, _ := point.Attributes.Value("scope")
				counted[reason.AsString()+" "+name.AsString()] = point.Value
			}
		}
	}
	assert.Equal(t, map[string]int64{"unknown_operation acme-sdk": 2, "unknown_dialect livekit-agents": 1, "missing_model codex_exec": 1}, counted)
	var named []string
	for _, entry := range written.All() {
		named = append(named, entry.ContextMap()["reason"].(string)+" "+entry.ContextMap()["scope"].(string))
	}
	assert.Equal(t, []string{"unknown_operation acme-sdk", "unknown_dialect livekit-agents", "missing_model codex_exec"}, named, "each is named once")

	counts := shown.read()
	require.Len(t, counts, 3)
	for i, want := range []unreadspans.Count{{Scope: "acme-sdk", Reason: "unknown_operation", Spans: 2}, {Scope: "livekit-agents", Reason: "unknown_dialect", Spans: 1}, {Scope: "codex_exec", Reason: "missing_model", Spans: 1}} {
		want.Last = counts[i].Last
		assert.Equal(t, want, counts[i])
		assert.WithinDuration(t, time.Now(), want.Last, time.Minute)
	}
	require.NoError(t, p.Shutdown(t.Context()))
	assert.Nil(t, shown.read, "a processor that has ended is not asked")
}

// watcher is an extension that shows unread spans.
type watcher struct {
	component.StartFunc
	component.ShutdownFunc
	read func() []unreadspans.Count
}

func (w *watcher) WatchUnread(read func() []unreadspans.Count) (forget func()) {
	w.read = read
	return func() { w.read = nil }
}

type host struct {
	extensions map[component.ID]component.Component
}

func (h host) GetExtensions() map[component.ID]component.Component { return h.extensions }

func TestNormalizer_AddressThatIsNotKnown(t *testing.T) {
	got := priced(t, "agent_framework", map[string]any{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o", "server.address": "Unknown",
		"gen_ai.client.operation.duration": 1.5, "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
	})
	assert.Equal(t, "agent-framework", got[string(semconv.Dialect)])
	assert.Equal(t, "0.0035", got[string(semconv.CostAmount)])
	assert.NotContains(t, got, string(semconv.CostFlags))
}

func TestNormalizer_AsynchronousOperationsAreCalls(t *testing.T) {
	for op, role := range map[string]string{"acompletion": semconv.RoleLLM, "aembedding": semconv.RoleEmbeddings, "aresponses": semconv.RoleLLM} {
		got := priced(t, "app", map[string]any{"gen_ai.operation.name": op, "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"})
		assert.Equal(t, role, got[string(semconv.SpanRole)], op)
		assert.Equal(t, true, got[string(semconv.Billable)], op)
	}
}

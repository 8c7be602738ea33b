package genaimetricsconnector

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// nextTrace numbers the traces of a test run: every span is a trace of its own.
var nextTrace atomic.Int64

// spans builds one batch, each span from its attributes.
func spans(t testing.TB, all ...map[string]any) ptrace.Traces {
	t.Helper()
	td := ptrace.NewTraces()
	list := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i, attrs := range all {
		span := list.AppendEmpty()
		n := nextTrace.Add(1)
		span.SetTraceID(pcommon.TraceID{2, byte(n >> 16), byte(n >> 8), byte(n)})
		span.SetSpanID(pcommon.SpanID{2, byte(i)})
		span.SetStartTimestamp(pcommon.Timestamp(1e9))
		span.SetEndTimestamp(pcommon.Timestamp(1e9 + 5e8))
		require.NoError(t, span.Attributes().FromRaw(attrs))
	}
	return td
}

// chat is a billable, priced call; more overrides its attributes.
func chat(more map[string]any) map[string]any {
	attrs := map[string]any{
		"spanledger.role": "llm", "spanledger.billable": true, "spanledger.cost.status": "priced", "spanledger.cost.amount": "0.001",
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5", "gen_ai.response.model": "gpt-5-2025-08-07",
		"gen_ai.usage.input_tokens": int64(100), "gen_ai.usage.output_tokens": int64(20), "gen_ai.usage.cache_read.input_tokens": int64(40),
		"server.address": "api.openai.com", "server.port": int64(443),
		"user.id": "u-1", "spanledger.department": "claims", "spanledger.application": "intake-bot", "gen_ai.agent.name": "triage",
	}
	for k, v := range more {
		attrs[k] = v
	}
	return attrs
}

func newTestDeriver(t testing.TB, change func(*Config)) (*deriver, *consumertest.MetricsSink) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	sink := new(consumertest.MetricsSink)
	d, err := newDeriver(connectortest.NewNopSettings(NewFactory().Type()), cfg, sink)
	require.NoError(t, err)
	return d, sink
}

// lines renders the data points of one metric, one a line, sorted by nothing:
// the caller compares sets.
func lines(md pmetric.Metrics, name string) []string {
	var out []string
	for _, rm := range md.ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				if m.Name() != name {
					continue
				}
				switch m.Type() {
				case pmetric.MetricTypeSum:
					for _, dp := range m.Sum().DataPoints().All() {
						value := fmt.Sprint(dp.IntValue())
						if dp.ValueType() == pmetric.NumberDataPointValueTypeDouble {
							value = fmt.Sprint(dp.DoubleValue())
						}
						out = append(out, labelText(dp.Attributes())+" "+value)
					}
				case pmetric.MetricTypeHistogram:
					for _, dp := range m.Histogram().DataPoints().All() {
						out = append(out, fmt.Sprintf("%s count=%d sum=%g", labelText(dp.Attributes()), dp.Count(), dp.Sum()))
					}
				}
			}
		}
	}
	return out
}

func labelText(attrs pcommon.Map) string {
	var parts []string
	for k, v := range attrs.All() {
		parts = append(parts, k+"="+v.AsString())
	}
	return strings.Join(parts, " ")
}

func TestDerive(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t,
		chat(nil),
		chat(map[string]any{"spanledger.cost.amount": "0.0005", "gen_ai.response.time_to_first_chunk": 0.25}),
		chat(map[string]any{"error.type": "429", "spanledger.cost.status": "free", "spanledger.cost.amount": "0"}),
		chat(map[string]any{"spanledger.billable": false}),
		chat(map[string]any{"gen_ai.operation.name": "embeddings", "spanledger.role": "embeddings", "spanledger.department": ""}),
		chat(map[string]any{"spanledger.cost.status": "unpriced", "spanledger.cost.amount": "", "gen_ai.response.model": "house-model"}),
		chat(map[string]any{"spanledger.cost.status": "invalid", "gen_ai.response.model": "broken", "gen_ai.usage.input_tokens": int64(-1)}),
		map[string]any{"spanledger.role": "agent", "gen_ai.agent.name": "triage", "spanledger.application": "intake-bot"},
		map[string]any{"spanledger.role": "tool", "gen_ai.tool.name": "search", "gen_ai.tool.type": "function", "gen_ai.agent.name": "triage"},
		map[string]any{"http.request.method": "GET"},
	)))
	md := d.state.emitted(time.Unix(100, 0), true)

	const who = "department=claims application=intake-bot agent=triage user=u-1"
	const chatOf = "provider=openai model=gpt-5-2025-08-07 operation=chat " + who
	assert.ElementsMatch(t, []string{
		chatOf + " status=ok cost_status=priced 2",
		chatOf + " status=error error_type=429 cost_status=free 1",
		"provider=openai model=gpt-5-2025-08-07 operation=embeddings department=(unattributed) application=intake-bot agent=triage user=u-1 status=ok cost_status=priced 1",
		"provider=openai model=house-model operation=chat " + who + " status=ok cost_status=unpriced 1",
		"provider=openai model=broken operation=chat " + who + " status=ok cost_status=invalid 1",
	}, lines(md, "spanledger.calls"))
	assert.ElementsMatch(t, []string{
		chatOf + " status=ok 0.0015",
		chatOf + " status=error 0",
		"provider=openai model=gpt-5-2025-08-07 operation=embeddings department=(unattributed) application=intake-bot agent=triage user=u-1 status=ok 0.001",
	}, lines(md, "spanledger.cost"))

	const client = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=gpt-5 gen_ai.response.model=gpt-5-2025-08-07 server.address=api.openai.com server.port=443 application=intake-bot"
	assert.Contains(t, lines(md, "gen_ai.client.inference.duration"), client+" count=2 sum=1")
	assert.Contains(t, lines(md, "gen_ai.client.inference.duration"), client+" error.type=429 count=1 sum=0.5")
	assert.Contains(t, lines(md, "gen_ai.client.operation.duration"), client+" count=2 sum=1")
	assert.Equal(t, []string{client + " count=1 sum=0.25"}, lines(md, "gen_ai.client.inference.time_to_first_chunk"))
	assert.Contains(t, lines(md, "gen_ai.client.inference.usage.input_tokens"), client+" gen_ai.token.modality=unknown 300")
	assert.Contains(t, lines(md, "gen_ai.client.inference.usage.cache_read.input_tokens"), client+" gen_ai.token.modality=unknown 120")
	assert.Contains(t, lines(md, "gen_ai.client.token.usage"), client+" gen_ai.token.type=output count=3 sum=60")
	assert.Equal(t, []string{"gen_ai.agent.name=triage application=intake-bot count=1 sum=0.5"}, lines(md, "gen_ai.invoke_agent.duration"))
	assert.Equal(t, []string{"gen_ai.tool.name=search gen_ai.tool.type=function gen_ai.agent.name=triage application=(unattributed) count=1 sum=0.5"}, lines(md, "gen_ai.execute_tool.duration"))
	for _, line := range lines(md, "gen_ai.client.inference.duration") {
		assert.NotContains(t, line, "embeddings")
	}
}

func TestDeriver_ModalityIsSplitOnlyWhereTheVendorSplitIt(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{
		"gen_ai.usage.input_tokens": int64(100), "gen_ai.usage.audio.input_tokens": int64(30), "gen_ai.usage.text.input_tokens": int64(60),
	}))))
	md := d.state.emitted(time.Unix(100, 0), false)
	var got []string
	for _, line := range lines(md, "gen_ai.client.inference.usage.input_tokens") {
		_, tail, _ := strings.Cut(line, "gen_ai.token.modality=")
		got = append(got, tail)
	}
	assert.ElementsMatch(t, []string{"text 60", "audio 30", "unknown 10"}, got)
}

func TestDeriver_V141MetricsCanBeTurnedOff(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(nil), chat(map[string]any{"gen_ai.operation.name": "embeddings"}))))
	md := d.state.emitted(time.Unix(100, 0), false)
	assert.Empty(t, lines(md, "gen_ai.client.token.usage"))
	assert.Len(t, lines(md, "gen_ai.client.operation.duration"), 1, "embeddings have no other duration")
	assert.Len(t, lines(md, "gen_ai.client.inference.duration"), 1)
}

func TestDeriver_ExemplarIsTheMostExpensiveCallSinceTheLastEmission(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	sent := spans(t, chat(nil), chat(map[string]any{"spanledger.cost.amount": "9"}), chat(nil))
	require.NoError(t, d.ConsumeTraces(t.Context(), sent))
	cost := func(md pmetric.Metrics) pmetric.NumberDataPoint {
		for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			if m.Name() == "spanledger.cost" {
				return m.Sum().DataPoints().At(0)
			}
		}
		t.Fatal("no cost")
		return pmetric.NumberDataPoint{}
	}
	first := cost(d.state.emitted(time.Unix(100, 0), true))
	require.Equal(t, 1, first.Exemplars().Len())
	assert.Equal(t, sent.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(1).TraceID(), first.Exemplars().At(0).TraceID())
	assert.Equal(t, pcommon.SpanID{2, 1}, first.Exemplars().At(0).SpanID())
	assert.InDelta(t, 9, first.Exemplars().At(0).DoubleValue(), 0)
	assert.Zero(t, cost(d.state.emitted(time.Unix(110, 0), true)).Exemplars().Len(), "an exemplar is shown once")
}

func TestDeriver_CostIsSummedExactly(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	for range 10 {
		require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"spanledger.cost.amount": "0.1"}))))
	}
	assert.True(t, strings.HasSuffix(lines(d.state.emitted(time.Unix(1, 0), true), "spanledger.cost")[0], " 1"))
}

func TestDeriver_IdleSeriesExpireAndComeBackWithANewStart(t *testing.T) {
	d, sink := newTestDeriver(t, func(c *Config) { c.SeriesExpiration = time.Minute; c.Limits.Users = 1 })
	clock := time.Unix(1000, 0)
	d.now = func() time.Time { return clock }
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"user.id": "u-1"}))))
	require.NoError(t, d.flush(t.Context(), d.calls.release))
	clock = clock.Add(30 * time.Second)
	require.NoError(t, d.flush(t.Context(), d.calls.release))
	require.Len(t, sink.AllMetrics(), 2, "an unchanged series is still emitted")

	clock = clock.Add(2 * time.Minute)
	require.NoError(t, d.flush(t.Context(), d.calls.release))
	require.Len(t, sink.AllMetrics(), 2, "nothing is left to emit")
	assert.Zero(t, d.state.size())

	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"user.id": "u-2"}))))
	require.NoError(t, d.flush(t.Context(), d.calls.release))
	last := sink.AllMetrics()[2]
	assert.Contains(t, lines(last, "spanledger.calls")[0], "user=u-2", "the expired user made room")
	dp := last.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints().At(0)
	assert.Equal(t, pcommon.NewTimestampFromTime(clock), dp.StartTimestamp())
}

func TestDeriver_UsersBeyondTheLimitAreCountedTogether(t *testing.T) {
	d, _ := newTestDeriver(t, func(c *Config) { c.Limits.Users = 2 })
	for i := range 10 {
		require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"user.id": fmt.Sprintf("u-%d", i)}))))
	}
	var users []string
	for _, line := range lines(d.state.emitted(time.Unix(1, 0), true), "spanledger.calls") {
		_, tail, _ := strings.Cut(line, "user=")
		users = append(users, tail)
	}
	assert.ElementsMatch(t, []string{
		"u-0 status=ok cost_status=priced 1", "u-1 status=ok cost_status=priced 1", "(other) status=ok cost_status=priced 8",
	}, users)
}

func TestDeriver_SeriesBeyondTheLimitAreCountedTogether(t *testing.T) {
	d, _ := newTestDeriver(t, func(c *Config) { c.Limits.Series = 5 })
	for i := range 100 {
		require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{
			"user.id": fmt.Sprintf("u-%d", i), "gen_ai.response.model": fmt.Sprintf("m-%d", i),
		}))))
	}
	md := d.state.emitted(time.Unix(1, 0), true)
	calls := lines(md, "spanledger.calls")
	assert.LessOrEqual(t, len(calls), 5+1)
	total := 0
	for _, line := range calls {
		var n int
		_, err := fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &n)
		require.NoError(t, err)
		total += n
	}
	assert.Equal(t, 100, total)
}

func TestDeriver_ShutdownEmitsTheRest(t *testing.T) {
	d, sink := newTestDeriver(t, nil)
	require.NoError(t, d.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(nil))))
	require.NoError(t, d.Shutdown(t.Context()))
	require.Len(t, sink.AllMetrics(), 1)
	assert.Len(t, lines(sink.AllMetrics()[0], "spanledger.calls"), 1)
}

func TestDeriver_EmitsAtEveryInterval(t *testing.T) {
	d, sink := newTestDeriver(t, func(c *Config) { c.FlushInterval = time.Millisecond })
	require.NoError(t, d.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(nil))))
	assert.Eventually(t, func() bool { return len(sink.AllMetrics()) >= 2 }, 10*time.Second, time.Millisecond)
	require.NoError(t, d.Shutdown(t.Context()))
}

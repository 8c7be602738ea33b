package genaimetricsconnector

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger"
)

// seen is one span of a run.
type seen struct {
	id, parent byte
	attrs      map[string]any
	trace      byte // 0 for the first
}

func (s seen) traces(t testing.TB, trace byte) ptrace.Traces {
	t.Helper()
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{trace})
	span.SetSpanID(pcommon.SpanID{s.id})
	if s.parent != 0 {
		span.SetParentSpanID(pcommon.SpanID{s.parent})
	}
	span.SetStartTimestamp(pcommon.Timestamp(1e9 + int64(s.id)))
	span.SetEndTimestamp(pcommon.Timestamp(3e9))
	require.NoError(t, span.Attributes().FromRaw(s.attrs))
	return td
}

func claimed(claim string) map[string]any {
	return chat(map[string]any{"spanledger.claim": claim, "gen_ai.response.id": "resp-1"})
}

func callsCounted(sink *consumertest.MetricsSink) int64 {
	var n int64
	all := sink.AllMetrics()
	if len(all) == 0 {
		return 0
	}
	for _, rm := range all[len(all)-1].ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				if m.Name() == "spanledger.calls" {
					for _, dp := range m.Sum().DataPoints().All() {
						n += dp.IntValue()
					}
				}
			}
		}
	}
	return n
}

func TestSettling_SeveralSpansOfOneCallAreCountedOnce(t *testing.T) {
	plain := map[string]any{"http.request.method": "POST"}
	for _, tt := range []struct {
		name string
		run  []seen
		want int64
	}{
		{"a framework around an SDK around a plain span around the wire", []seen{
			{4, 3, claimed("transport"), 0}, {3, 2, plain, 0}, {2, 1, claimed("client"), 0}, {1, 0, claimed("framework"), 0},
		}, 1},
		{"an SDK alone", []seen{{2, 1, claimed("client"), 0}}, 1},
		{"an agent's total above two calls", []seen{
			{2, 1, chat(map[string]any{"spanledger.claim": "client", "gen_ai.response.id": "a"}), 0},
			{3, 1, chat(map[string]any{"spanledger.claim": "client", "gen_ai.response.id": "b"}), 0},
			{1, 0, chat(map[string]any{"spanledger.claim": "aggregate"}), 0},
		}, 2},
		{"an agent's total above nothing", []seen{{1, 0, chat(map[string]any{"spanledger.claim": "aggregate"}), 0}}, 1},
		{"a coding agent's span, and its log record in another trace", []seen{{2, 1, claimed("summary"), 0}, {3, 0, claimed("log"), 1}}, 1},
		{"two sessions with a span and a record each", []seen{
			{2, 0, claimed("summary"), 0}, {3, 0, claimed("log"), 1},
			{4, 0, chat(map[string]any{"spanledger.claim": "summary", "gen_ai.response.id": "other"}), 2},
			{5, 0, chat(map[string]any{"spanledger.claim": "log", "gen_ai.response.id": "other"}), 1},
		}, 2},
		{"two clients with one id in two traces", []seen{{2, 0, claimed("client"), 0}, {3, 0, claimed("client"), 1}}, 2},
		{"two attempts seen on the wire", []seen{{2, 1, claimed("transport"), 0}, {3, 1, claimed("transport"), 0}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range permutations(len(tt.run)) {
				d, sink := newTestDeriver(t, nil)
				for _, i := range order {
					require.NoError(t, d.ConsumeTraces(context.Background(), tt.run[i].traces(t, 1+tt.run[i].trace)))
				}
				require.NoError(t, d.Shutdown(context.Background()))
				assert.Equal(t, tt.want, callsCounted(sink), "arrival %v", order)
			}
		})
	}
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, p := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(p), at, n-1))
		}
	}
	return all
}

func TestSettling_ACallOnTheWireIsCountedAtOnceAndAnSDKsWaits(t *testing.T) {
	d, sink := newTestDeriver(t, nil)
	now := time.Unix(1_800_000_000, 0)
	d.now = func() time.Time { return now }
	ctx := context.Background()
	require.NoError(t, d.ConsumeTraces(ctx, seen{1, 0, claimed("transport"), 0}.traces(t, 1)))
	require.NoError(t, d.ConsumeTraces(ctx, seen{1, 0, claimed("client"), 0}.traces(t, 2)))

	require.NoError(t, d.flush(ctx, d.calls.release))
	assert.Equal(t, int64(1), callsCounted(sink), "only the call on the wire")

	now = now.Add(5 * time.Second)
	require.NoError(t, d.flush(ctx, d.calls.release))
	assert.Equal(t, int64(2), callsCounted(sink), "the SDK's after settle_after")
	require.NoError(t, d.Shutdown(ctx))
}

func TestSettling_AnAgentsTotalMinutesAfterItsCallsIsNotCounted(t *testing.T) {
	d, sink := newTestDeriver(t, nil)
	now := time.Unix(1_800_000_000, 0)
	d.now = func() time.Time { return now }
	ctx := context.Background()
	require.NoError(t, d.ConsumeTraces(ctx, seen{2, 1, claimed("client"), 0}.traces(t, 1)))
	now = now.Add(9 * time.Minute)
	require.NoError(t, d.flush(ctx, d.calls.release))
	require.NoError(t, d.ConsumeTraces(ctx, seen{1, 0, claimed("aggregate"), 0}.traces(t, 1)))
	require.NoError(t, d.Shutdown(ctx))
	assert.Equal(t, int64(1), callsCounted(sink))
}

func TestSettling_MemoryForSettlingIsBoundedAndLosesNoCall(t *testing.T) {
	d, sink := newTestDeriver(t, func(c *Config) { c.Limits.Spans = 40 })
	ctx := context.Background()
	for trace := range 200 {
		require.NoError(t, d.ConsumeTraces(ctx, seen{1, 0, claimed("client"), 0}.traces(t, byte(trace+1))))
		assert.LessOrEqual(t, d.calls.spans, 41)
	}
	require.NoError(t, d.Shutdown(ctx))
	assert.Equal(t, int64(200), callsCounted(sink))
}

func TestSettling_KeepsNoRequestInMemory(t *testing.T) {
	s := newSettling(time.Second, 100)
	request := strings.Clone("client resp-1 and a prompt")
	c := call{claim: request[:6], responseID: request[7:13]}
	require.False(t, s.admit(&c, ptrace.NewSpan(), time.Unix(1000, 0)))
	require.Len(t, s.held, 1)
	require.Len(t, s.named, 1)
	for id, named := range s.named {
		for _, kept := range []string{id, named.run.names[0], named.run.nodes[0].ResponseID, s.held[0].call.responseID} {
			assert.Equal(t, "resp-1", kept)
			assert.NotSame(t, unsafe.StringData(request[7:]), unsafe.StringData(kept))
		}
		assert.NotSame(t, unsafe.StringData(request), unsafe.StringData(named.run.nodes[0].Claim))
	}
}

func TestSettling_RestsAfterAReleaseThatTookLong(t *testing.T) {
	const limit = 100
	s := newSettling(time.Second, limit)
	took := time.Duration(0)
	ticks := 0
	start := time.Unix(1000, 0)
	s.clock = func() time.Time { // each release reads it before and after
		ticks++
		return start.Add(time.Duration(ticks) * took)
	}
	counted := 0
	count := func(*call) { counted++ }
	next := byte(0)
	admit := func(at time.Time) {
		next++
		c := call{claim: "client"}
		c.at.trace, c.at.span = pcommon.TraceID{next}, pcommon.SpanID{next}
		span := ptrace.NewSpan()
		span.SetTraceID(pcommon.TraceID{next})
		span.SetSpanID(pcommon.SpanID{next})
		require.False(t, s.admit(&c, span, at))
	}
	admit(start)
	took = 3 * time.Second
	s.release(start.Add(time.Second), count)
	require.Equal(t, 1, counted)

	took = 0
	admit(start.Add(2 * time.Second))
	s.release(start.Add(30*time.Second), count)
	require.Equal(t, 1, counted, "30 s after a release of 3 s")
	s.release(start.Add(31*time.Second), count)
	require.Equal(t, 2, counted)

	took = 3 * time.Second
	admit(start.Add(40 * time.Second))
	s.release(start.Add(41*time.Second), count)
	require.Equal(t, 3, counted)
	admit(start.Add(42 * time.Second))
	s.releaseAll(start.Add(42*time.Second), count)
	require.Equal(t, 4, counted, "the last release waits for nothing")

	s.release(start.Add(42*time.Second), count)
	for range limit + 1 {
		admit(start.Add(43 * time.Second))
	}
	s.release(start.Add(43*time.Second), count)
	require.Equal(t, 4+limit+1, counted, "over the limit")
}

func TestSettling_LargeRunsAreReleasedNextToTheOthers(t *testing.T) {
	s := newSettling(time.Second, 100_000)
	start := time.Unix(1000, 0)
	s.clock = func() time.Time { return start }
	counted := make(map[byte]int)
	count := func(c *call) { counted[c.at.trace[0]]++ }
	admit := func(trace byte, n uint32, parent uint32, claim string) {
		c := call{claim: claim}
		span := ptrace.NewSpan()
		id := func(n uint32) (id pcommon.SpanID) {
			binary.BigEndian.PutUint32(id[:], n)
			return id
		}
		span.SetTraceID(pcommon.TraceID{trace})
		span.SetSpanID(id(n))
		span.SetParentSpanID(id(parent))
		c.at.trace, c.at.span = span.TraceID(), span.SpanID()
		require.False(t, s.admit(&c, span, start))
	}
	const pairs = largeRun
	for n := range uint32(pairs) { // each call is described twice
		admit(1, 2*n+1, 0, "framework")
		admit(1, 2*n+2, 2*n+1, "client")
	}
	admit(2, 1, 0, "client")
	due := start.Add(time.Second)
	s.release(due, count)
	require.Equal(t, map[byte]int{2: 1}, counted, "others do not wait for the large run")

	release := s.beginLarge(due)
	require.NotNil(t, release)
	admit(1, 1_000_000, 0, "client") // arrives meanwhile
	release.settle()
	release.count(count)
	require.Equal(t, map[byte]int{1: pairs, 2: 1}, counted)
	require.Equal(t, 1, s.runs[ledger.TraceID{1}].held)
	s.rest = time.Time{}
	require.Empty(t, s.beginLarge(due.Add(-time.Millisecond)).calls, "the last one is not due yet")
	s.releaseAll(due, count)
	require.Equal(t, map[byte]int{1: pairs + 1, 2: 1}, counted)
	require.Zero(t, s.runs[ledger.TraceID{1}].held)

	for n := range uint32(2 * largeRun) {
		admit(3, n+1, 0, "client")
	}
	s.limit = largeRun
	release = s.beginLarge(due.Add(-time.Hour))
	release.settle()
	release.count(count)
	require.Equal(t, 2*largeRun, counted[3], "over the limit")
	require.Nil(t, s.runs[ledger.TraceID{3}])
	admit(3, 1, 0, "client")
	require.Len(t, s.runs[ledger.TraceID{3}].nodes, 1)
	for n := range uint32(2 * largeRun) {
		admit(4, n+1, 0, "client")
	}
	s.release(due.Add(-time.Hour), count)
	require.Equal(t, 2*largeRun, counted[4], "far over the limit")
}

//go:build linux

package genainormalizerprocessor_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"golang.org/x/sys/unix"

	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// batch is the number of spans a benchmark processes at a time; ns/op and
// allocs/op are of one span.
const batch = 1000

// BenchmarkSpan measures one span of each dialect, the one that carries usage.
func BenchmarkSpan(b *testing.B) {
	folders, err := filepath.Glob(filepath.Join("testdata", "dialects", "*"))
	require.NoError(b, err)
	for _, folder := range folders {
		b.Run(filepath.Base(folder), func(b *testing.B) {
			td := readFixture(b, folder)
			benchmark(b, repeat(b, td, billableIn(b, folder)), normalizer(b, consumertest.NewNop()))
		})
	}
	b.Run("not GenAI", func(b *testing.B) {
		td := ptrace.NewTraces()
		ss := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
		ss.Scope().SetName("go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp")
		span := ss.Spans().AppendEmpty()
		span.SetName("GET /claims/{id}")
		require.NoError(b, span.Attributes().FromRaw(map[string]any{
			"http.request.method": "GET", "url.path": "/claims/7", "url.scheme": "https", "server.address": "claims.example.com",
			"server.port": int64(443), "http.response.status_code": int64(200), "user_agent.original": "curl/8", "client.address": "10.0.0.1",
			"network.protocol.version": "1.1", "http.route": "/claims/{id}", "http.request.body.size": int64(0), "http.response.body.size": int64(512),
		}))
		benchmark(b, repeat(b, td, span.SpanID().String()), normalizer(b, consumertest.NewNop()))
	})
}

// BenchmarkNormalizeAndPrice measures a mix: half current GenAI spans of our
// own, a quarter of other dialects, a quarter not GenAI.
func BenchmarkNormalizeAndPrice(b *testing.B) {
	priceFactory := genaicostprocessor.NewFactory()
	price, err := priceFactory.CreateTraces(b.Context(), processortest.NewNopSettings(priceFactory.Type()), priceFactory.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(b, err)
	require.NoError(b, price.Start(b.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(b, price.Shutdown(b.Context())) }()

	td := ptrace.NewTraces()
	own := repeat(b, readFixture(b, filepath.Join("testdata", "dialects", "spanledger")), billableIn(b, filepath.Join("testdata", "dialects", "spanledger")))
	keep(own, batch/2)
	own.ResourceSpans().MoveAndAppendTo(td.ResourceSpans())
	for _, name := range []string{"openinference", "openllmetry", "vercel-ai", "langfuse", "semconv"} {
		folder := filepath.Join("testdata", "dialects", name)
		other := repeat(b, readFixture(b, folder), billableIn(b, folder))
		keep(other, batch/4/5)
		other.ResourceSpans().MoveAndAppendTo(td.ResourceSpans())
	}
	foreign := ptrace.NewTraces()
	spans := foreign.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range batch / 4 {
		span := spans.AppendEmpty()
		require.NoError(b, span.Attributes().FromRaw(map[string]any{
			"http.request.method": "GET", "url.path": "/claims/7", "server.address": "claims.example.com", "http.response.status_code": int64(200),
		}))
	}
	foreign.ResourceSpans().MoveAndAppendTo(td.ResourceSpans())
	require.Equal(b, batch, td.SpanCount())
	benchmark(b, td, normalizer(b, price))
}

func normalizer(b *testing.B, next consumer.Traces) processor.Traces {
	b.Helper()
	factory := genainormalizerprocessor.NewFactory()
	p, err := factory.CreateTraces(b.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), next)
	require.NoError(b, err)
	return p
}

// billableIn is the first span of the fixture that carries usage.
func billableIn(b *testing.B, folder string) string {
	b.Helper()
	for _, span := range normalized(b, readFixture(b, folder)) {
		if _, counted := span.Attributes().Get(string(semconv.UsageInputTokens)); counted {
			if v, ok := span.Attributes().Get(string(semconv.Billable)); ok && v.Bool() {
				return span.SpanID().String()
			}
		}
	}
	b.Fatal("no billable span")
	return ""
}

// repeat returns a batch of copies of one span.
func repeat(b *testing.B, td ptrace.Traces, spanID string) ptrace.Traces {
	b.Helper()
	out := ptrace.NewTraces()
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				if span.SpanID().String() != spanID {
					continue
				}
				resource := out.ResourceSpans().AppendEmpty()
				rs.Resource().CopyTo(resource.Resource())
				scope := resource.ScopeSpans().AppendEmpty()
				ss.Scope().CopyTo(scope.Scope())
				for range batch {
					span.CopyTo(scope.Spans().AppendEmpty())
				}
				return out
			}
		}
	}
	b.Fatal("no such span")
	return out
}

// keep leaves n spans of a batch.
func keep(td ptrace.Traces, n int) {
	left := n
	td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().RemoveIf(func(ptrace.Span) bool {
		left--
		return left < 0
	})
}

// benchmark reports, next to wall time, the CPU time of the thread: other load
// on the machine distorts it less.
func benchmark(b *testing.B, template ptrace.Traces, p processor.Traces) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var spent time.Duration
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		b.StopTimer()
		td := ptrace.NewTraces()
		template.CopyTo(td)
		b.StartTimer()
		before := threadTime(b)
		if err := p.ConsumeTraces(b.Context(), td); err != nil {
			b.Fatal(err)
		}
		spent += threadTime(b) - before
	}
	b.ReportMetric(float64(spent)/float64((b.N+batch-1)/batch*batch), "cpu-ns/op")
}

func threadTime(b *testing.B) time.Duration {
	b.Helper()
	var spent unix.Timespec
	require.NoError(b, unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &spent))
	return time.Duration(spent.Nano())
}

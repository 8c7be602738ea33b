package throughput_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// BenchmarkNormalizeAndCost takes spans of our own transport through
// genai_normalizer and genai_cost, as the collector chains them. It reports the
// CPU time of the thread, which other load on the machine distorts less than
// the wall time of ns/op, and leaves out the copy each round needs.
func BenchmarkNormalizeAndCost(b *testing.B) {
	const size = 1000
	sink := new(consumertest.TracesSink)
	costs, normalizers := genaicostprocessor.NewFactory(), genainormalizerprocessor.NewFactory()
	cost, err := costs.CreateTraces(b.Context(), processortest.NewNopSettings(costs.Type()), costs.CreateDefaultConfig(), sink)
	require.NoError(b, err)
	chain, err := normalizers.CreateTraces(b.Context(), processortest.NewNopSettings(normalizers.Type()), normalizers.CreateDefaultConfig(), cost)
	require.NoError(b, err)
	for _, c := range []component.Component{cost, chain} {
		require.NoError(b, c.Start(b.Context(), componenttest.NewNopHost()))
		defer func() { require.NoError(b, c.Shutdown(b.Context())) }()
	}
	input := batch(0, size, time.Now())

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var elapsed time.Duration
	var allocs uint64
	var before, after runtime.MemStats
	for b.Loop() {
		sink.Reset()
		td := ptrace.NewTraces()
		input.CopyTo(td) // the processors write on their input
		runtime.ReadMemStats(&before)
		start := threadCPU(b)
		if err := chain.ConsumeTraces(b.Context(), td); err != nil {
			b.Fatal(err)
		}
		elapsed += threadCPU(b) - start
		runtime.ReadMemStats(&after)
		allocs += after.Mallocs - before.Mallocs
	}
	b.ReportMetric(float64(elapsed.Nanoseconds())/float64(b.N*size), "cpu-ns/span")
	b.ReportMetric(float64(allocs)/float64(b.N*size), "allocs/span")

	status, ok := sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().Get(string(semconv.CostStatus))
	require.True(b, ok)
	require.Equal(b, "priced", status.Str())
}

// threadCPU is the time the calling thread has run.
func threadCPU(b *testing.B) time.Duration {
	const rusageThread = 1 // RUSAGE_THREAD, which package syscall does not name
	var usage syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

package tracing_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

// drop is a span processor that keeps nothing, so that the cost of exporting is
// not measured.
type drop struct{}

func (drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (drop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (drop) Shutdown(context.Context) error                  { return nil }
func (drop) ForceFlush(context.Context) error                { return nil }

func dropProviders() (*sdktrace.TracerProvider, *sdkmetric.MeterProvider) {
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{})),
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

var who = tracing.Attribution{User: "u-4711", Department: "claims", Application: "intake-bot"}

// run16Agents is a run of 10,000 steps by 16 sub-agents at once.
func run16Agents(ctx context.Context, tp trace.TracerProvider, mp metric.MeterProvider) {
	ctx, boss := tracing.StartAgent(ctx, "boss", tracing.WithTracerProvider(tp), tracing.WithMeterProvider(mp))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			ctx, helper := tracing.StartAgent(ctx, fmt.Sprint("helper ", i))
			for range 10_000 / 16 {
				ctx, step := tracing.StartStep(ctx, "turn")
				instrument.CountInference(ctx)
				step.End(nil)
			}
			helper.End(nil)
		})
	}
	wg.Wait()
	boss.End(nil)
}

// TestRun_ALongRunKeepsNothing is the memory of the same run: what is left on the
// heap when it is over.
func TestRun_ALongRunKeepsNothing(t *testing.T) {
	tp, mp := dropProviders()
	ctx := tracing.WithAttribution(t.Context(), who)
	run16Agents(ctx, tp, mp)
	before := heap()
	for range 10 {
		run16Agents(ctx, tp, mp)
	}
	// 100,000 steps at 2.7 kB would be 270 MB.
	require.Less(t, heap()-before, int64(4<<20), "bytes kept of 100,000 steps")
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

package tracing_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/spanledger/spanledger/tracing"
)

// drop is a span processor that keeps nothing, so that the cost of exporting is
// not measured.
type drop struct{}

func (drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (drop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (drop) Shutdown(context.Context) error                  { return nil }
func (drop) ForceFlush(context.Context) error                { return nil }

func benchProviders() (*sdktrace.TracerProvider, *sdkmetric.MeterProvider) {
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{})),
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

var who = tracing.Attribution{User: "u-4711", Department: "claims", Application: "intake-bot"}

func BenchmarkStartEnd(b *testing.B) {
	tp, mp := benchProviders()
	ctx := tracing.WithAttribution(b.Context(), who)
	ctx, _ = tracing.StartAgent(ctx, "triage", tracing.WithTracerProvider(tp), tracing.WithMeterProvider(mp))

	tracer := tp.Tracer("bench")
	// What a step carries, so that the two differ by our work alone.
	attrs := append([]attribute.KeyValue{}, tracing.ContextAttributes(ctx)...)
	attrs = append(attrs, attribute.String("spanledger.step.name", "look up"), attribute.Int("spanledger.step.number", 1),
		attribute.String("spanledger.role", "step"))
	b.Run("bare SDK span", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, span := tracer.Start(ctx, "step look up", trace.WithSpanKind(trace.SpanKindInternal))
			span.End()
		}
	})
	b.Run("bare SDK span with the attributes of a step", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, span := tracer.Start(ctx, "step look up", trace.WithSpanKind(trace.SpanKindInternal), trace.WithAttributes(attrs...))
			span.End()
		}
	})
	b.Run("step", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, step := tracing.StartStep(ctx, "look up")
			step.End(nil)
		}
	})
	b.Run("tool", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, tool := tracing.StartTool(ctx, "search")
			tool.End(nil)
		}
	})
	b.Run("agent", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, agent := tracing.StartAgent(ctx, "triage")
			agent.End(nil)
		}
	})
	b.Run("step without an SDK", func(b *testing.B) {
		ctx, _ := tracing.StartAgent(tracing.WithAttribution(b.Context(), who), "triage",
			tracing.WithTracerProvider(tracenoop.NewTracerProvider()), tracing.WithMeterProvider(metricnoop.NewMeterProvider()))
		b.ReportAllocs()
		for b.Loop() {
			_, step := tracing.StartStep(ctx, "look up")
			step.End(nil)
		}
	})
}

func BenchmarkContextAttributes(b *testing.B) {
	ctx, _ := tracing.StartAgent(tracing.WithAttribution(b.Context(), who), "triage")
	b.ReportAllocs()
	for b.Loop() {
		if len(tracing.ContextAttributes(ctx)) == 0 {
			b.Fatal("nothing")
		}
	}
}

// BenchmarkRun is a run of 10,000 steps by 16 sub-agents at once.
func BenchmarkRun10000Steps16Agents(b *testing.B) {
	tp, mp := benchProviders()
	root := tracing.WithAttribution(b.Context(), who)
	b.ReportAllocs()
	for b.Loop() {
		ctx, boss := tracing.StartAgent(root, "boss", tracing.WithTracerProvider(tp), tracing.WithMeterProvider(mp))
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				ctx, helper := tracing.StartAgent(ctx, fmt.Sprint("helper ", i))
				for range 625 {
					ctx, step := tracing.StartStep(ctx, "turn")
					tracing.CountInference(ctx)
					step.End(nil)
				}
				helper.End(nil)
			})
		}
		wg.Wait()
		boss.End(nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/step")
}

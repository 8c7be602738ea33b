//go:build unix

package tracing_test

import (
	"syscall"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

// measureCPU runs loop and reports the CPU time of the whole process for
// each operation, garbage collection included: on a machine that does other work
// too, elapsed time says little.
func measureCPU(b *testing.B, operations int, loop func()) {
	b.ReportAllocs()
	before := cpuTime()
	loop()
	b.ReportMetric(float64(cpuTime()-before)/float64(b.N*operations), "cpu-ns/op")
}

func cpuTime() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkStartEnd(b *testing.B) {
	tp, mp := dropProviders()
	ctx := tracing.WithAttribution(b.Context(), who)
	ctx, _ = tracing.StartAgent(ctx, "triage", tracing.WithTracerProvider(tp), tracing.WithMeterProvider(mp))

	tracer := tp.Tracer("bench")
	// What a step carries, so that the two differ by our work alone.
	attrs := append([]attribute.KeyValue{}, instrument.ContextAttributes(ctx)...)
	attrs = append(attrs, attribute.String("spanledger.step.name", "look up"), attribute.Int("spanledger.step.number", 1),
		attribute.String("spanledger.role", "step"))
	b.Run("bare SDK span", func(b *testing.B) {
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, span := tracer.Start(ctx, "step look up", trace.WithSpanKind(trace.SpanKindInternal))
				span.End()
			}
		})
	})
	b.Run("bare SDK span with the attributes of a step", func(b *testing.B) {
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, span := tracer.Start(ctx, "step look up", trace.WithSpanKind(trace.SpanKindInternal), trace.WithAttributes(attrs...))
				span.End()
			}
		})
	})
	b.Run("step", func(b *testing.B) {
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, step := tracing.StartStep(ctx, "look up")
				step.End(nil)
			}
		})
	})
	b.Run("tool", func(b *testing.B) {
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, tool := tracing.StartTool(ctx, "search")
				tool.End(nil)
			}
		})
	})
	b.Run("agent", func(b *testing.B) {
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, agent := tracing.StartAgent(ctx, "triage")
				agent.End(nil)
			}
		})
	})
	b.Run("step without an SDK", func(b *testing.B) {
		ctx, _ := tracing.StartAgent(tracing.WithAttribution(b.Context(), who), "triage",
			tracing.WithTracerProvider(tracenoop.NewTracerProvider()), tracing.WithMeterProvider(metricnoop.NewMeterProvider()))
		measureCPU(b, 1, func() {
			for b.Loop() {
				_, step := tracing.StartStep(ctx, "look up")
				step.End(nil)
			}
		})
	})
}

func BenchmarkContextAttributes(b *testing.B) {
	ctx, _ := tracing.StartAgent(tracing.WithAttribution(b.Context(), who), "triage")
	b.ReportAllocs()
	for b.Loop() {
		if len(instrument.ContextAttributes(ctx)) == 0 {
			b.Fatal("nothing")
		}
	}
}

// BenchmarkRun10000Steps16Agents is a run of 10,000 steps by 16 sub-agents at
// once; figures are for one step.
func BenchmarkRun10000Steps16Agents(b *testing.B) {
	tp, mp := dropProviders()
	root := tracing.WithAttribution(b.Context(), who)
	measureCPU(b, 10_000, func() {
		for b.Loop() {
			run16Agents(root, tp, mp)
		}
	})
}

package rows_test

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// chatSpan has 21 attributes, its bill among them.
func chatSpan(span ptrace.Span) {
	span.SetTraceID(pcommon.TraceID{15: 1})
	span.SetSpanID(pcommon.SpanID{7: 1})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_800_000_000, 0)))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_800_000_001, 0)))
	a := span.Attributes()
	for key, value := range map[string]string{
		string(semconv.SpanRole): semconv.RoleLLM, string(semconv.OperationName): "chat",
		string(semconv.ProviderName): "openai", string(semconv.RequestModel): "gpt-5",
		string(semconv.ResponseModel): "gpt-5-2025-08-07", string(semconv.ResponseID): "chatcmpl-123",
		string(semconv.UserID): "u-1", string(semconv.Department): "claims", string(semconv.Application): "intake",
		string(semconv.AgentName): "triage", string(semconv.StepName): "plan", string(semconv.Claim): "transport",
		string(semconv.CostStatus): "priced", string(semconv.CostAmount): "0.000325", string(semconv.CostCurrency): "USD",
		string(semconv.CostLineItems): `[{"kind":"input","quantity":95,"rate_usd":"1.25","per":1000000,"cost_usd":"0.00011875"},` +
			`{"kind":"cache_read","quantity":5,"rate_usd":"0.125","per":1000000,"cost_usd":"0.000000625"},{"kind":"output","quantity":20,"rate_usd":"10","per":1000000,"cost_usd":"0.0002"}]`,
	} {
		a.PutStr(key, value)
	}
	a.PutBool(string(semconv.Billable), true)
	a.PutInt(string(semconv.UsageInputTokens), 100)
	a.PutInt(string(semconv.UsageOutputTokens), 20)
	a.PutInt(string(semconv.UsageCacheReadInputTokens), 5)
	a.PutInt(string(semconv.HTTPStatusCode), 200)
}

// BenchmarkAdd turns one chat span into a row.
func BenchmarkAdd(b *testing.B) {
	span := ptrace.NewSpan()
	chatSpan(span)
	resource := rows.NewResource(pcommon.NewMap())
	const batch = 10_000
	builder := rows.NewBuilder()
	builder.Begin(time.Now())
	builder.Batch.Calls = make([]ledger.Call, 0, batch)
	b.ReportAllocs()
	for b.Loop() {
		if len(builder.Batch.Calls) == batch {
			builder.Batch.Calls = builder.Batch.Calls[:0]
		}
		if err := builder.Add(resource, span); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExport turns exports of 2,000 chat spans into rows, and forgets those of each when
// ten later ones have come, as the queue does.
func BenchmarkExport(b *testing.B) {
	const size, queued = 2_000, 10
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range size {
		chatSpan(spans.AppendEmpty())
	}
	for _, again := range []bool{true, false} {
		b.Run(map[bool]string{true: "memory used again", false: "new memory"}[again], func(b *testing.B) {
			builder := rows.NewBuilder()
			resource := rows.NewResource(pcommon.NewMap())
			var queue []*callmemory.Block
			before := cpuTime(b)
			b.ReportAllocs()
			for b.Loop() {
				builder.Begin(time.Now())
				builder.Grow(td)
				for _, span := range spans.All() {
					if err := builder.Add(resource, span); err != nil {
						b.Fatal(err)
					}
				}
				_, memory, _ := builder.Take()
				queue = append(queue, memory)
				if len(queue) > queued {
					if again {
						queue[0].Stored(size)
					}
					queue = slices.Delete(queue, 0, 1)
				}
			}
			b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(size*b.N), "cpu-ns/row")
		})
	}
}

// cpuTime is that of the process, of collecting garbage too.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

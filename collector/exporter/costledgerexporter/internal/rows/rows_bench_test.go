package rows_test

import (
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// BenchmarkAdd turns one chat span of 21 attributes, its bill among them, into a row.
func BenchmarkAdd(b *testing.B) {
	span := ptrace.NewSpan()
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

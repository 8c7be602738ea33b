package throughput_test

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

var (
	models = []struct{ provider, asked, served, address string }{
		{"openai", "gpt-5-mini", "gpt-5-mini-2025-08-07", "api.openai.com"},
		{"openai", "gpt-4o", "gpt-4o-2024-08-06", "api.openai.com"},
		{"anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "api.anthropic.com"},
		{"anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001", "api.anthropic.com"},
	}
	departments  = []string{"claims", "support", "strategy", "legal", "engineering"}
	applications = []string{"intake-bot", "support-copilot", "research-desk", "contract-review", "code-helper"}
	agents       = []string{"planner", "researcher", "writer", "reviewer"}
)

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// batch makes the n-th batch of chat spans, as otelgenai emits them: the same
// for everyone who asks.
func batch(n, size int, start time.Time) ptrace.Traces {
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "throughput")
	rs.Resource().Attributes().PutStr("deployment.environment.name", "bench")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("github.com/spanledger/spanledger/instrumentation/otelgenai")
	spans := ss.Spans()
	spans.EnsureCapacity(size)
	for i := range size {
		chatSpan(spans.AppendEmpty(), rnd, start.Add(time.Duration(n*size+i)*time.Millisecond))
	}
	return td
}

func chatSpan(span ptrace.Span, rnd *rand.Rand, start time.Time) {
	var trace pcommon.TraceID
	var id, parent pcommon.SpanID
	binary.BigEndian.PutUint64(trace[:8], rnd.Uint64())
	binary.BigEndian.PutUint64(trace[8:], rnd.Uint64())
	binary.BigEndian.PutUint64(id[:], rnd.Uint64())
	binary.BigEndian.PutUint64(parent[:], rnd.Uint64())
	span.SetTraceID(trace)
	span.SetSpanID(id)
	span.SetParentSpanID(parent)
	m := models[rnd.IntN(len(models))]
	span.SetName("chat " + m.asked)
	span.SetKind(ptrace.SpanKindClient)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Duration(200+rnd.IntN(5000)) * time.Millisecond)))

	a := span.Attributes()
	a.EnsureCapacity(26)
	a.PutStr(string(semconv.OperationName), semconv.OperationChat)
	a.PutStr(string(semconv.ProviderName), m.provider)
	a.PutStr(string(semconv.RequestModel), m.asked)
	a.PutStr(string(semconv.ResponseModel), m.served)
	a.PutStr(string(semconv.ServerAddress), m.address)
	a.PutInt(string(semconv.ServerPort), 443)
	a.PutBool(string(semconv.RequestStream), true)
	a.PutDouble(string(semconv.ResponseTimeToFirstChunk), rnd.Float64())
	a.PutInt(string(semconv.RequestMaxTokens), 4096)
	a.PutDouble(string(semconv.RequestTemperature), 0.2)
	a.PutStr(string(semconv.ResponseID), randomID(rnd, "msg_01"))
	a.PutEmptySlice(string(semconv.ResponseFinishReasons)).AppendEmpty().SetStr("stop")
	input := int64(200 + rnd.IntN(12000))
	a.PutInt(string(semconv.UsageInputTokens), input)
	a.PutInt(string(semconv.UsageOutputTokens), int64(20+rnd.IntN(900)))
	a.PutInt(string(semconv.UsageCacheReadInputTokens), input/2)
	a.PutStr(string(semconv.UsageSource), semconv.UsageReported)
	a.PutStr(string(semconv.ResponseServiceTier), "default")
	a.PutInt(string(semconv.HTTPStatusCode), 200)
	a.PutStr(string(semconv.VendorRequestID), randomID(rnd, "req_011"))
	a.PutStr(string(semconv.UserID), "u-"+string(idAlphabet[rnd.IntN(36)])+string(idAlphabet[rnd.IntN(36)]))
	d := rnd.IntN(len(departments))
	a.PutStr(string(semconv.Department), departments[d])
	a.PutStr(string(semconv.Application), applications[d])
	a.PutStr(string(semconv.AgentName), agents[rnd.IntN(len(agents))])
	a.PutStr(string(semconv.StepName), "look up policy")
	a.PutStr(string(semconv.WorkflowName), "briefing")
	a.PutStr(string(semconv.ConversationID), randomID(rnd, "conv_"))
}

func randomID(rnd *rand.Rand, prefix string) string {
	var b [22]byte
	for i := range b {
		b[i] = idAlphabet[rnd.IntN(len(idAlphabet))]
	}
	return prefix + string(b[:])
}

package costledgerexporter

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestMain(m *testing.M) {
	callmemory.Spoil()
	os.Exit(clickhousetest.Main(m))
}

var begin = time.Now().UTC().Truncate(time.Second)

// chat adds a chat span as genai_normalizer and genai_cost leave it.
func chat(spans ptrace.SpanSlice, n byte) ptrace.Span {
	span := spans.AppendEmpty()
	span.SetTraceID(pcommon.TraceID{1, 15: 1})
	span.SetSpanID(pcommon.SpanID{7: n})
	span.SetName("chat gpt-5")
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(begin))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(begin.Add(time.Second)))
	a := span.Attributes()
	a.PutStr(string(semconv.SpanRole), semconv.RoleLLM)
	a.PutBool(string(semconv.Billable), true)
	a.PutStr(string(semconv.OperationName), "chat")
	a.PutStr(string(semconv.ProviderName), "openai")
	a.PutStr(string(semconv.RequestModel), "gpt-5")
	a.PutInt(string(semconv.UsageInputTokens), 100)
	a.PutInt(string(semconv.UsageOutputTokens), 20)
	a.PutStr(string(semconv.CostStatus), "priced")
	a.PutStr(string(semconv.CostAmount), "0.000325")
	a.PutStr(string(semconv.CostCurrency), "USD")
	return span
}

func batch() (ptrace.Traces, ptrace.SpanSlice) {
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "intake")
	return td, resource.ScopeSpans().AppendEmpty().Spans()
}

// running is an exporter without a queue: a push is a write.
type running struct {
	exporter.Traces
	letters *deadletter.File
	store   ledger.Store
}

func start(t *testing.T, dsn string) running {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(dsn)
	cfg.QueueConfig = createDefaultConfig().(*Config).QueueConfig
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 10 * time.Millisecond
	cfg.QueueConfig.Get().WaitForResult = true
	cfg.BackOffConfig.InitialInterval = 50 * time.Millisecond
	cfg.DeadLetter.File = filepath.Join(t.TempDir(), "folder", "dead.jsonl")
	e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return running{e, deadletter.New(cfg.DeadLetter.File), store}
}

func duckDB(t *testing.T) string {
	return "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
}

func TestExporter_ASpanBecomesARow(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	resource := td.ResourceSpans().At(0).Resource().Attributes()
	resource.PutStr("deployment.environment.name", "production")
	resource.PutStr(string(semconv.Team), "blue")
	resource.PutStr(semconv.TagPrefix+"project", "apollo")
	span := chat(spans, 1)
	span.SetParentSpanID(pcommon.SpanID{7: 9})
	span.Status().SetCode(ptrace.StatusCodeError)
	a := span.Attributes()
	a.PutStr(string(semconv.UserID), "u-1")
	a.PutInt(string(semconv.CostCenter), 4711)
	a.PutStr(semconv.TagPrefix+"tier", "gold")
	a.PutStr(string(semconv.AgentName), "triage")
	a.PutDouble(string(semconv.ResponseTimeToFirstChunk), 0.25)
	a.PutBool(string(semconv.RequestStream), true)
	a.PutEmptySlice(string(semconv.ResponseFinishReasons)).AppendEmpty().SetStr("stop")
	a.PutStr(string(semconv.ErrorType), "rate\x00_limited\xff")
	a.PutInt(string(semconv.HTTPStatusCode), 429)
	a.PutStr(string(semconv.PromptPrefixHash), "0123456789abcdef")
	a.PutInt(string(semconv.PromptPrefixTokens), 80)
	agent := spans.AppendEmpty()
	agent.SetTraceID(span.TraceID())
	agent.SetSpanID(pcommon.SpanID{7: 9})
	agent.SetName("invoke_agent triage")
	agent.SetStartTimestamp(span.StartTimestamp())
	agent.Attributes().PutStr(string(semconv.SpanRole), semconv.RoleAgent)
	agent.Attributes().PutStr(string(semconv.AgentName), "triage")
	handOff := agent.Links().AppendEmpty()
	handOff.SetSpanID(pcommon.SpanID{7: 8})
	handOff.Attributes().PutStr("spanledger.link.type", "hand_off")
	agent.Links().AppendEmpty().SetSpanID(pcommon.SpanID{7: 9}) // for another reason
	spans.AppendEmpty().SetName("GET /")
	require.NoError(t, e.ConsumeTraces(t.Context(), td))

	got, err := e.store.Trace(t.Context(), ledger.TraceID(span.TraceID()))
	require.NoError(t, err)
	require.Len(t, got.Calls, 1)
	require.Len(t, got.Spans, 1)
	c := got.Calls[0]
	require.Equal(t, "0.000325", c.Cost.Amount.String())
	require.WithinDuration(t, time.Now(), c.Received, time.Minute)
	c.Cost.Amount, c.Received = nil, time.Time{}
	require.Equal(t, ledger.Call{
		TraceID: ledger.TraceID(span.TraceID()), SpanID: ledger.SpanID{7: 1}, ParentSpanID: ledger.SpanID{7: 9},
		Start: begin, Duration: time.Second, TimeToFirstChunk: 250 * time.Millisecond,
		User: "u-1", Application: "intake", Team: "blue", CostCenter: "4711", Environment: "production",
		Tags:  map[string]string{"project": "apollo", "tier": "gold"},
		Agent: "triage", Service: "intake", Provider: "openai", Operation: "chat", RequestModel: "gpt-5",
		Streamed: true, FinishReasons: []string{"stop"},
		Error: true, ErrorType: "rate\uFFFD_limited\uFFFD", StatusCode: 429,
		PromptPrefix: "0123456789abcdef", PromptPrefixTokens: 80,
		UsageFields: int(usage.NumBilled),
		Usage:       usage.Counts{usage.Input: 100, usage.Output: 20},
		Cost:        ledger.Cost{Status: "priced", Currency: "USD", Flags: c.Cost.Flags},
		Role:        "llm", Billable: true,
	}, c)
	require.Equal(t, "invoke_agent triage", got.Spans[0].Name)
	require.Equal(t, []ledger.SpanID{{7: 8}}, got.Spans[0].Links)
}

func TestExporter_MalformedAttributesAreStoredAsInvalid(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	for n, spoil := range []func(pcommon.Map){
		func(a pcommon.Map) { a.PutInt(string(semconv.UsageInputTokens), -1) },
		func(a pcommon.Map) { a.PutStr(string(semconv.UsageInputTokens), "many") },
		func(a pcommon.Map) { a.PutDouble(string(semconv.UsageInputTokens), math.NaN()) },
		func(a pcommon.Map) { a.PutDouble(string(semconv.UsageInputTokens), math.Inf(1)) },
		func(a pcommon.Map) { a.PutEmptyMap(string(semconv.UsageInputTokens)) },
		func(a pcommon.Map) { a.PutStr(string(semconv.CostAmount), "1e3 dollars") },
		func(a pcommon.Map) { a.PutDouble(string(semconv.CostAmount), 0.1) },
		func(a pcommon.Map) { a.PutInt(string(semconv.ResponseFinishReasons), 1) }, // says nothing of the cost
	} {
		spoil(chat(spans, byte(n+1)).Attributes())
	}
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	got, err := e.store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 8, got[0].Totals.Calls)
	require.EqualValues(t, 7, got[0].Totals.Invalid)
	require.Equal(t, "0.000325", got[0].Totals.Cost.String())
	trace, err := e.store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	require.Equal(t, "negative_usage", trace.Calls[0].Cost.Reason)
	require.Nil(t, trace.Calls[0].Cost.Amount)
}

func TestExporter_BadRowsGoToTheDeadLetterFileAndTheRestIsStored(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2).SetStartTimestamp(0)
	chat(spans, 3).SetTraceID(pcommon.TraceID{})
	chat(spans, 4).Attributes().PutStr(string(semconv.CostAmount), "0."+strings.Repeat("1", 19))
	chat(spans, 5)
	require.NoError(t, e.ConsumeTraces(t.Context(), td))

	got, err := e.store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 2, got[0].Totals.Calls)
	var reasons []string
	for letter, err := range e.letters.All() {
		require.NoError(t, err)
		reasons = append(reasons, letter.Reason)
		span, err := letter.Traces()
		require.NoError(t, err)
		require.Equal(t, 1, span.SpanCount())
		service, _ := span.ResourceSpans().At(0).Resource().Attributes().Get("service.name")
		require.Equal(t, "intake", service.Str())
	}
	require.Len(t, reasons, 3)
	require.Contains(t, reasons[0], "start: 1970-01-01T00:00:00Z is not between the years 2000 and 2100")
	require.Contains(t, reasons[1], "trace id: is zero")
	require.Contains(t, reasons[2], "cost amount: has more than 18 decimals")
}

func TestExporter_AStoreThatIsDownIsWaitedFor(t *testing.T) {
	server := clickhousetest.Start(t)
	server.Kill()
	e := start(t, server.DSN("ledger"))
	td, spans := batch()
	chat(spans, 1)
	stored := make(chan error, 1)
	go func() { stored <- e.ConsumeTraces(context.WithoutCancel(t.Context()), td) }()
	select {
	case err := <-stored:
		t.Fatalf("stored in a server that is down: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	require.NoError(t, server.Restart(t.Context()))
	require.NoError(t, <-stored)
	got, err := e.store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 1, got[0].Totals.Calls)
}

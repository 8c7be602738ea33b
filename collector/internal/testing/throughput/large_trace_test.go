package throughput_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var traceSpans = flag.Int("trace.spans", 1_000_000, "spans of the trace of BenchmarkLargeTrace")

// largeTrace is the trace of BenchmarkLargeTrace.
var largeTrace = pcommon.TraceID{0: 0xbe, 15: 0xef}

// stepPairs is how many calls are below a step, each seen by a framework and by the
// vendor's SDK in it.
const stepPairs = 100

// BenchmarkLargeTrace sends one trace of very many spans to `spanledger up`, over its
// own file and over ClickHouse, each call described twice, and single calls of others
// next to it. It says how long the trace takes to be stored and settled, how late the
// others are in reports, the memory until then, and what memory and time it takes to look
// at the trace.
//
//	go test -run '^$' -bench LargeTrace -benchtime 1x -v -timeout 60m ./internal/testing/throughput
func BenchmarkLargeTrace(b *testing.B) {
	b.Run("DuckDB", func(b *testing.B) {
		for range b.N {
			runLargeTrace(b)
		}
	})
	b.Run("ClickHouse", func(b *testing.B) {
		server := clickhousetest.Start(b)
		for n := range b.N {
			dsn := server.DSN(fmt.Sprint("large_trace_", n))
			runLargeTrace(b, fmt.Sprintf("{extensions: {ledger_api: {store: %[1]q}}, exporters: {cost_ledger: {endpoint: %[1]q}}}", dsn))
		}
	})
}

func runLargeTrace(b *testing.B, overrides ...string) {
	binaryFile := *upBinary
	if binaryFile == "" {
		binaryFile = parts.Spanledger(b)
	}
	u := startUp(b, binaryFile, b.TempDir(), overrides...)
	defer u.conn.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var lag, answer time.Duration
	var others sync.WaitGroup
	others.Go(func() { lag, answer = othersBeside(ctx, u) })

	start := time.Now()
	calls := int64(0)
	for step := 0; step*(2*stepPairs+1) < *traceSpans; step++ {
		body, err := ptraceotlp.NewExportRequestFromTraces(stepOf(step, start)).MarshalProto()
		require.NoError(b, err)
		for offer(ctx, u.conn, body) != nil {
			time.Sleep(100 * time.Millisecond)
		}
		calls += stepPairs
	}
	taken := time.Since(start)
	for billed(b, u, "application", "large") != calls {
		require.Less(b, time.Since(start), 30*time.Minute, "each call is billed once")
		time.Sleep(500 * time.Millisecond)
	}
	settled := time.Since(start)
	cancel()
	others.Wait()
	peak := peakMemory(b, u.process.PID())
	b.Logf("sent after %s, settled after %s, latest other call after %s, answered after %s", taken, settled, lag, answer)

	began := time.Now()
	tree, err := http.Get(u.api + "traces/" + largeTrace.String())
	require.NoError(b, err)
	size, err := io.Copy(io.Discard, tree.Body)
	require.NoError(b, err)
	require.NoError(b, tree.Body.Close())
	page := time.Since(began)

	began = time.Now()
	look := exec.CommandContext(b.Context(), binaryFile, "trace", largeTrace.String(), "--server", u.api[:len(u.api)-len("/v1/")])
	var said bytes.Buffer
	look.Stdout, look.Stderr = io.Discard, &said
	require.NoError(b, look.Run(), &said)
	command := time.Since(began)

	b.ReportMetric(0, "ns/op") // of the whole run: no reader would divide it
	b.ReportMetric(taken.Seconds(), "s-taken")
	b.ReportMetric(settled.Seconds(), "s-settled")
	b.ReportMetric(lag.Seconds(), "others-lag-s")
	b.ReportMetric(answer.Seconds(), "others-answer-s")
	b.ReportMetric(float64(u.process.CPU(b).Microseconds())/float64(*traceSpans), "cpu-µs/span")
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
	b.ReportMetric(float64(peakMemory(b, u.process.PID()))/1e6, "peak-with-looks-MB")
	b.ReportMetric(page.Seconds(), "api-s")
	b.ReportMetric(float64(size)/1e6, "api-MB")
	b.ReportMetric(command.Seconds(), "trace-s")
	b.ReportMetric(float64(look.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1e3, "trace-peak-MB")
	require.NoError(b, u.process.Stop(time.Minute))
}

// stepOf is a step of the large trace with its calls.
func stepOf(step int, start time.Time) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "large")
	id := func(n uint64) (id pcommon.SpanID) {
		binary.BigEndian.PutUint64(id[:], uint64(step)<<20|n)
		return id
	}
	at := start.Add(time.Duration(step) * time.Millisecond)
	add := func(to ptrace.SpanSlice, n, parent uint64, name string, attrs map[string]any) {
		span := to.AppendEmpty()
		span.SetTraceID(largeTrace)
		span.SetSpanID(id(n))
		if parent != 0 {
			span.SetParentSpanID(id(parent))
		}
		span.SetName(name)
		span.SetKind(ptrace.SpanKindClient)
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(n) * time.Microsecond)))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Second)))
		_ = span.Attributes().FromRaw(attrs)
	}
	scope := func(name string) ptrace.SpanSlice {
		ss := rs.ScopeSpans().AppendEmpty()
		ss.Scope().SetName(name)
		return ss.Spans()
	}
	framework, sdk := scope("pydantic-ai"), scope("opentelemetry.instrumentation.openai_v2")
	add(framework, 1, 0, "agent run", map[string]any{string(semconv.OperationName): "invoke_agent", string(semconv.AgentName): "planner"})
	for i := range uint64(stepPairs) {
		attrs := map[string]any{
			string(semconv.OperationName): "chat", string(semconv.ProviderName): "openai", string(semconv.RequestModel): "gpt-4o", string(semconv.ResponseModel): "gpt-4o-2024-08-06",
			string(semconv.ResponseID): fmt.Sprintf("chatcmpl-%d-%d", step, i), string(semconv.UsageInputTokens): 1000, string(semconv.UsageOutputTokens): 100,
		}
		add(framework, 2*i+2, 1, "chat gpt-4o", attrs)
		add(sdk, 2*i+3, 2*i+2, "chat gpt-4o", attrs)
	}
	return td
}

// othersBeside sends a call of another application every 50 ms, and says how long one
// took at most until reports had it, and how long the sender waited at most for an answer.
func othersBeside(ctx context.Context, u *up) (lag, answer time.Duration) {
	var p progress
	var sending sync.WaitGroup
	sending.Go(func() {
		for n := 1_000_000; ctx.Err() == nil; n++ {
			// Batch n starts n milliseconds later: a call of the future is in no report yet.
			start := time.Now().Add(-time.Duration(n+1) * time.Millisecond)
			body, err := ptraceotlp.NewExportRequestFromTraces(batch(n, 1, start)).MarshalProto()
			began := time.Now()
			if err == nil && offer(ctx, u.conn, body) == nil {
				answer = max(answer, time.Since(began))
				p.taken(1)
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	for ctx.Err() == nil {
		if n, err := billedBy(ctx, u, "service", "throughput"); err == nil {
			p.stored(n)
		}
		time.Sleep(200 * time.Millisecond)
	}
	sending.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == 0 {
		return time.Duration(math.MaxInt64), answer // reports had none of them
	}
	return p.longest, answer
}

func billed(b *testing.B, u *up, by, value string) int64 {
	b.Helper()
	n, err := billedBy(b.Context(), u, by, value)
	require.NoError(b, err)
	return n
}

// billedBy is how many calls of the last day reports count for a value of a dimension.
func billedBy(ctx context.Context, u *up, by, value string) (calls int64, err error) {
	return countCalls(ctx, fmt.Sprintf("%sreports/cost?by=%s&where=%s%%3D%s&since=24h&format=json", u.api, by, by, value))
}

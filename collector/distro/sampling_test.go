//go:build full

package distro_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// traceSink takes traces as Jaeger would and keeps their ids.
type traceSink struct {
	ptraceotlp.UnimplementedGRPCServer
	mu  sync.Mutex
	ids map[pcommon.TraceID]bool
}

func (s *traceSink) Export(_ context.Context, req ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rs := range req.Traces().ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				s.ids[span.TraceID()] = true
			}
		}
	}
	return ptraceotlp.NewExportResponse(), nil
}

func (s *traceSink) has(id pcommon.TraceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}

func startTraceSink(t *testing.T) (*traceSink, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	sink := &traceSink{ids: make(map[pcommon.TraceID]bool)}
	server := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(server, sink)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return sink, listener.Addr().String()
}

// Kinds of runs, by number.
const (
	ordinary = iota
	failed
	slow
	dear
	kinds
)

func runID(kind, n int) pcommon.TraceID {
	return pcommon.TraceID{byte(kind + 1), byte(n >> 8), byte(n), 15: 1}
}

// runs makes n runs of each kind: an agent and its one LLM call.
func runs(n int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "sampled")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("github.com/spanledger/spanledger/instrumentation/otelgenai")
	start := time.Now().Add(-2 * time.Minute)
	for kind := range kinds {
		for i := range n {
			length := time.Second
			if kind == slow {
				length = time.Minute
			}
			add := func(id, parent byte, name string) ptrace.Span {
				span := ss.Spans().AppendEmpty()
				span.SetTraceID(runID(kind, i))
				span.SetSpanID(pcommon.SpanID{id})
				if parent != 0 {
					span.SetParentSpanID(pcommon.SpanID{parent})
				}
				span.SetName(name)
				span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
				span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(length)))
				return span
			}
			agent := add(1, 0, "invoke_agent triage")
			agent.Attributes().PutStr("gen_ai.operation.name", "invoke_agent")
			agent.Attributes().PutStr("gen_ai.agent.name", "triage")
			agent.Attributes().PutStr("spanledger.role", "agent")
			call := add(2, 1, "chat gpt-4o")
			call.SetKind(ptrace.SpanKindClient)
			tokens := int64(100)
			if kind == dear {
				tokens = 500_000
			}
			if kind == failed {
				call.Status().SetCode(ptrace.StatusCodeError)
				call.Attributes().PutStr("error.type", "500")
			}
			for k, v := range map[string]string{
				"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
				"gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06", "server.address": "api.openai.com",
			} {
				call.Attributes().PutStr(k, v)
			}
			call.Attributes().PutInt("gen_ai.usage.input_tokens", tokens)
			call.Attributes().PutInt("gen_ai.usage.output_tokens", 10)
		}
	}
	return td
}

func TestSampling_SampledTracesLeaveLedgerAndMetricsWhole(t *testing.T) {
	const each = 100
	sink, jaeger := startTraceSink(t)
	data := t.TempDir()
	// The shipped configuration has fixed ports: an address of its own keeps the
	// test out of the way of a collector on this machine.
	host := fmt.Sprintf("127.%d.%d.%d", 128+os.Getpid()>>14&0x3f, os.Getpid()>>7&0x7f, 1+os.Getpid()&0x7f)
	for name, value := range map[string]string{
		"SPANLEDGER_LISTEN": host, "SPANLEDGER_API": host + ":8890", "SPANLEDGER_DATA": data,
		"CLICKHOUSE_ENDPOINT": "duckdb://" + filepath.Join(data, "ledger.duckdb"),
		"JAEGER_ENDPOINT":     jaeger, "SPANLEDGER_TRACE_WAIT": "1s",
	} {
		t.Setenv(name, value)
	}
	collector, err := distro.Start(t.Context(), "file:../../otel-collector.yaml", "file:../../deploy/collector/tail-sampling.yaml")
	require.NoError(t, err)
	defer func() { require.NoError(t, collector.Shutdown()) }()

	conn, err := grpc.NewClient(host+":4317", grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	_, err = ptraceotlp.NewGRPCClient(conn).Export(t.Context(), ptraceotlp.NewExportRequestFromTraces(runs(each)))
	require.NoError(t, err)

	api, err := remote.NewClient("http://" + host + ":8890")
	require.NoError(t, err)
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		total, err := api.Aggregate(context.Background(), ledger.Query{From: time.Now().Add(-time.Hour), Until: time.Now()})
		require.NoError(t, err)
		require.Len(t, total, 1)
		assert.EqualValues(t, kinds*each, total[0].Totals.Calls)
		assert.EqualValues(t, each, total[0].Totals.Errors)
		assert.InDelta(t, kinds*each, callsInMetrics(t, host), 0, "calls the metrics counted")
		for n := range each {
			for _, kind := range []int{failed, slow, dear} {
				assert.True(t, sink.has(runID(kind, n)), "run %d of kind %d is kept", n, kind)
			}
		}
	}, 60*time.Second, 200*time.Millisecond)

	kept := 0
	for n := range each {
		if sink.has(runID(ordinary, n)) {
			kept++
		}
	}
	// 10 % of 100: the chance of more than 40 is below one in 10^14.
	require.Less(t, kept, 40, "ordinary runs kept")
}

// callsInMetrics adds up spanledger_calls_total as Prometheus would scrape it.
func callsInMetrics(t *assert.CollectT, host string) float64 {
	res, err := http.Get("http://" + host + ":8889/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	var sum float64
	for line := range strings.Lines(string(page)) {
		if rest, ok := strings.CutPrefix(line, "spanledger_calls_total{"); ok {
			_, value, _ := strings.Cut(rest, "} ")
			value, _, _ = strings.Cut(strings.TrimSpace(value), " ")
			n, err := strconv.ParseFloat(value, 64)
			require.NoError(t, err)
			sum += n
		}
	}
	return sum
}

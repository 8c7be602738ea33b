package main

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// BenchmarkTraceOf10000Spans is the whole command on a run of 16 agents with
// 4,991 steps of one LLM call each, in a store that holds ten such runs.
func BenchmarkTraceOf10000Spans(b *testing.B) {
	b.Run("DuckDB", func(b *testing.B) {
		benchmarkTrace(b, "duckdb://"+filepath.Join(b.TempDir(), "ledger.duckdb"))
	})
	b.Run("ClickHouse", func(b *testing.B) {
		benchmarkTrace(b, clickhousetest.Start(b).DSN("default"))
	})
}

func benchmarkTrace(b *testing.B, dsn string) {
	store, err := ledgerstore.Open(b.Context(), dsn)
	require.NoError(b, err)
	require.NoError(b, store.Migrate(b.Context()))
	for run := range 10 {
		require.NoError(b, store.Write(b.Context(), longRun(ledger.TraceID{byte(run + 1)})))
	}
	require.NoError(b, store.Close())
	for _, format := range []string{treeFormat, jsonFormat, mermaidFormat} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stdout, stderr, code := runUntil(b.Context(), "trace", ledger.TraceID{5}.String(), "--store", dsn, "--format", format)
				if code != exitDone || len(stdout) < 10_000 {
					b.Fatal(code, stderr)
				}
			}
		})
	}
}

func longRun(trace ledger.TraceID) ledger.Batch {
	id := func(n int) (s ledger.SpanID) {
		binary.BigEndian.PutUint64(s[:], uint64(n))
		return s
	}
	start := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	cost := udecimal.MustParse("0.00225")
	batch := ledger.Batch{Spans: []ledger.AgentSpan{{
		TraceID: trace, SpanID: id(1), Start: start, Duration: time.Minute, Role: semconv.RoleWorkflow,
		Name: "invoke_workflow long", Workflow: "long", Received: start,
	}}}
	for a := range 16 {
		batch.Spans = append(batch.Spans, ledger.AgentSpan{
			TraceID: trace, SpanID: id(2 + a), ParentSpanID: id(1), Start: start, Duration: time.Minute,
			Role: semconv.RoleAgent, Name: "invoke_agent worker", Agent: fmt.Sprint("worker ", a), Received: start,
		})
	}
	for n := 18; n < 10_000; n += 2 {
		at := start.Add(time.Duration(n) * time.Millisecond)
		batch.Spans = append(batch.Spans, ledger.AgentSpan{
			TraceID: trace, SpanID: id(n), ParentSpanID: id(2 + n/2%16), Start: at, Duration: time.Second,
			Role: semconv.RoleStep, Name: "step turn", Step: "turn", StepNumber: n, Received: at,
		})
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: trace, SpanID: id(n + 1), ParentSpanID: id(n), Start: at, Duration: time.Second, Role: semconv.RoleLLM,
			Operation: "chat", Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1000, usage.Output: 100},
			Cost: ledger.Cost{Status: "priced", Amount: &cost, Currency: "USD"}, Billable: true, Received: at,
		})
	}
	return batch
}

package tracetree_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// longRun is a workflow of 16 agents at work in parallel, with rows in all.
func longRun(rows int) *ledger.Trace {
	t := &ledger.Trace{Spans: []ledger.AgentSpan{span(1, 0, semconv.RoleWorkflow, "long", 0, rows*10)}}
	for a := range 16 {
		t.Spans = append(t.Spans, span(2+a, 1, semconv.RoleAgent, fmt.Sprint("worker-", a), 1, rows*10-2))
	}
	for n := 18; n <= rows-1; n += 2 {
		start := n * 9
		t.Spans = append(t.Spans, span(n, 2+n/2%16, semconv.RoleStep, "turn", start, 100))
		t.Calls = append(t.Calls, call(n+1, n, "gpt-5", start+1, 90, 1000, 100, "0.00225"))
	}
	return t
}

func BenchmarkTree10000Rows(b *testing.B) {
	trace := longRun(10000)
	b.Run("build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tracetree.Build(trace)
		}
	})
	b.Run("build and write text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := tracetree.Build(trace).WriteText(io.Discard, tracetree.TextOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

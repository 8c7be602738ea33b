package costledgerexporter

import (
	"iter"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// largeTraces is the queue of spans of large traces. A trace is large while it gets more
// than rows spans within about an hour.
type largeTraces struct {
	exporter.Traces
	counts *settle.RowCounts
	rows   int
}

func newLargeTraces(queued exporter.Traces) *largeTraces {
	return &largeTraces{Traces: queued, counts: settle.NewRowCounts(), rows: settle.DefaultLargeRows}
}

// largeID is the id of the second queue, in the name of its file and in metrics.
func largeID(id component.ID) component.ID {
	name := "large_traces"
	if id.Name() != "" {
		name = id.Name() + "_" + name
	}
	return component.NewIDWithName(id.Type(), name)
}

// largeQueue is the configuration of the second queue: as that of the first, but one
// batch is written at a time, so that other calls wait for one batch at most.
func largeQueue(first exporterhelper.QueueBatchConfig) configoptional.Optional[exporterhelper.QueueBatchConfig] {
	first.NumConsumers = 1
	return configoptional.Some(first)
}

// divide returns the spans of large traces apart from the others. It copies spans only
// if there are some of both.
func (l *largeTraces) divide(td ptrace.Traces) (others, ofLarge ptrace.Traces) {
	large := l.counts.Large(tracesOf(td), l.rows)
	if len(large) == 0 {
		return td, ptrace.NewTraces()
	}
	isLarge := func(trace pcommon.TraceID) bool { return large[ledger.TraceID(trace)] }
	for trace := range tracesOf(td) {
		if !large[trace] {
			return without(td, isLarge), without(td, func(trace pcommon.TraceID) bool { return !isLarge(trace) })
		}
	}
	return ptrace.NewTraces(), td
}

// tracesOf gives the trace of each span.
func tracesOf(td ptrace.Traces) iter.Seq[ledger.TraceID] {
	return func(yield func(ledger.TraceID) bool) {
		for _, resource := range td.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					if !yield(ledger.TraceID(span.TraceID())) {
						return
					}
				}
			}
		}
	}
}

// without copies the spans of the traces that are not left out.
func without(td ptrace.Traces, leftOut func(pcommon.TraceID) bool) ptrace.Traces {
	kept := ptrace.NewTraces()
	td.CopyTo(kept)
	for _, resource := range kept.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			scope.Spans().RemoveIf(func(span ptrace.Span) bool { return leftOut(span.TraceID()) })
		}
	}
	return kept
}

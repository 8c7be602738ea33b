package ledger

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// DefaultTraceSpans is how many spans of a trace people are shown, unless they ask for more.
const DefaultTraceSpans = 5000

// FoldQuery asks for a trace, whole if it has few spans. Of a larger one, the spans that
// failed, took longest or cost most are in the answer, with those around them; the others
// are summed up.
type FoldQuery struct {
	Trace    TraceID
	MaxSpans int    // 0 = all
	Span     SpanID // a span that is in the answer in any case; zero = none
}

// Validate reports what is wrong with the query.
func (q *FoldQuery) Validate() error {
	if q.MaxSpans < 0 {
		return fmt.Errorf("max spans: %d: expected 0 (all) or more", q.MaxSpans)
	}
	return nil
}

// Folded says what a trace leaves out.
type Folded struct {
	Spans int64 `json:"spans"` // of the whole trace
	// LeftOut are the sums, by the nearest span above that is not left out.
	LeftOut []LeftOut `json:"left_out"`
	// Agents are the sums of agents that are left out, by name.
	Agents []AgentSum `json:"agents,omitempty"`
	Start  time.Time  `json:"start"` // of the first span
	End    time.Time  `json:"end"`   // of the last span
	// Placed are the spans in the answer that are not below their parents: where a span
	// belongs depends on all others.
	Placed []Placed `json:"placed,omitempty"`
}

// Placed is a span whose parent is not in the ledger, or below it.
type Placed struct {
	Span  SpanID `json:"span"`
	Below SpanID `json:"below,omitzero"` // zero: it is placed below none
}

// LeftOut sums the spans that are left out below one span.
type LeftOut struct {
	Below  SpanID `json:"below,omitzero"` // zero: of spans that are below none
	Spans  int64  `json:"spans"`
	Failed int64  `json:"failed,omitzero"` // spans
	Totals Totals `json:"totals"`
	Own    Totals `json:"own"` // without agents and workflows that are left out
}

// AgentSum sums invocations of an agent.
type AgentSum struct {
	Name        string        `json:"name"`
	Invocations int64         `json:"invocations"`
	Duration    time.Duration `json:"duration_ns"`
	Own         Totals        `json:"own"` // without agents and workflows below
}

// Foldable is how a store reads a trace in parts.
type Foldable struct {
	// Some returns all rows, or more than a number of them, in any order.
	Some func(limit int) (*Trace, error)
	// Outline hands over all rows, of which it has filled what a tree and its figures need.
	Outline func(call func(*Call), span func(*AgentSpan)) error
	// Whole returns the rows of spans, all of which start in [from, until).
	Whole func(spans []SpanID, from, until time.Time) (*Trace, error)
}

// FoldedTrace answers the query with what a store reads.
func FoldedTrace(q FoldQuery, store Foldable) (*Trace, error) {
	trace, err := store.Some(q.MaxSpans)
	if err != nil {
		return nil, err
	}
	if len(trace.Calls)+len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", q.Trace, ErrNotFound)
	}
	if len(trace.Calls)+len(trace.Spans) > q.MaxSpans {
		f := newFolding()
		if err := store.Outline(f.addCall, f.addSpan); err != nil {
			return nil, err
		}
		if f.spans() == 0 {
			return nil, errors.New("the trace was deleted meanwhile")
		}
		kept, folded := f.fold(q)
		if trace, err = store.Whole(kept, folded.Start, folded.End.Add(1)); err != nil {
			return nil, err
		}
		if len(folded.LeftOut) > 0 { // the rows may be more than the spans
			trace.Folded = folded
		}
	}
	trace.ID = q.Trace
	trace.sort()
	return trace, nil
}

// sort puts the rows in the order of start.
func (t *Trace) sort() {
	rowsort.Large(t.Calls, func(a, b *Call) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	})
	rowsort.Large(t.Spans, func(a, b *AgentSpan) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	})
}

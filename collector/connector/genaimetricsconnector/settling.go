package genaimetricsconnector

import (
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// runMemory is how long the spans of a trace are remembered after its last
// one. A span that contains others ends, and so arrives, after them; the
// slowest agents pause for minutes between two calls.
const runMemory = 10 * time.Minute

// settling holds back the calls that another span may describe better until
// that span had time to arrive. A framework's span around an SDK's around our
// own round tripper is then counted once, as in the ledger.
//
// What our round tripper saw on the wire loses to nothing and is never held.
type settling struct {
	after time.Duration // a contestable call waits this long
	limit int           // spans remembered

	runs  map[ledger.TraceID]*run
	order []ledger.TraceID // of arrival, for forgetting; a trace appears once
	held  []contested      // of arrival
	spans int
}

// run holds what is remembered of a trace.
type run struct {
	nodes []settle.Node
	seen  map[ledger.SpanID]struct{} // the spans of nodes
	last  time.Time
	held  int
}

// contested is a call that waits.
type contested struct {
	call  call
	node  int // in its run
	since time.Time
}

func newSettling(after time.Duration, limit int) *settling {
	return &settling{after: after, limit: limit, runs: make(map[ledger.TraceID]*run)}
}

// between remembers a span that is no call, if its trace has calls: it may
// are between two spans of one call.
func (s *settling) between(span ptrace.Span) {
	if r := s.runs[ledger.TraceID(span.TraceID())]; r != nil {
		s.remember(r, settle.Node{
			Trace:  ledger.TraceID(span.TraceID()),
			Span:   ledger.SpanID(span.SpanID()),
			Parent: ledger.SpanID(span.ParentSpanID()),
			Start:  span.StartTimestamp().AsTime(),
		})
	}
}

// admit remembers a span that may carry a bill, and reports whether it is to
// be counted at once. A span delivered again is not counted again.
func (s *settling) admit(c *call, span ptrace.Span, now time.Time) bool {
	trace := ledger.TraceID(span.TraceID())
	r := s.runs[trace]
	if r == nil {
		r = &run{seen: make(map[ledger.SpanID]struct{})}
		s.runs[trace] = r
		s.order = append(s.order, trace)
	}
	r.last = now
	if _, again := r.seen[ledger.SpanID(span.SpanID())]; again {
		return false
	}
	s.remember(r, settle.Node{
		Trace:      trace,
		Span:       ledger.SpanID(span.SpanID()),
		Parent:     ledger.SpanID(span.ParentSpanID()),
		Start:      span.StartTimestamp().AsTime(),
		Claim:      c.claim,
		ResponseID: c.responseID,
		Input:      c.counts[usage.Input],
		Output:     c.counts[usage.Output],
		Counted:    c.given.Has(usage.Input) || c.given.Has(usage.Output),
		Failed:     c.failed,
	})
	if !settle.CanLose(c.claim) {
		return true
	}
	s.held = append(s.held, contested{call: *c, node: len(r.nodes) - 1, since: now})
	r.held++
	return false
}

func (s *settling) remember(r *run, n settle.Node) {
	r.nodes = append(r.nodes, n)
	r.seen[n.Span] = struct{}{}
	s.spans++
}

// release hands over the calls that have waited long enough and carry their
// bill. Over the limit the oldest are released early.
func (s *settling) release(now time.Time, count func(*call)) {
	due := 0
	for due < len(s.held) && now.Sub(s.held[due].since) >= s.after {
		due++
	}
	if s.spans > s.limit {
		due = len(s.held)
	}
	bills := make(map[ledger.TraceID][]bool)
	for i := range s.held[:due] {
		h := &s.held[i]
		trace := ledger.TraceID(h.call.at.trace)
		r := s.runs[trace]
		bill, ok := bills[trace]
		if !ok {
			bill = settle.Bill(r.nodes)
			bills[trace] = bill
		}
		if bill[h.node] {
			count(&h.call)
		}
		r.held--
	}
	n := copy(s.held, s.held[due:])
	clear(s.held[n:])
	s.held = s.held[:n]
	if s.spans > s.limit {
		s.forget(now, s.limit/4*3)
	}
}

// releaseAll hands over every call that carries its bill by what is known now.
func (s *settling) releaseAll(now time.Time, count func(*call)) {
	s.release(now.Add(s.after), count)
}

// forget drops the traces nothing came of for runMemory and, while more than
// most spans are remembered, the oldest that hold no waiting call.
func (s *settling) forget(now time.Time, most int) {
	kept := s.order[:0]
	for _, trace := range s.order {
		r := s.runs[trace]
		if r.held == 0 && (s.spans > most || now.Sub(r.last) >= runMemory) {
			s.spans -= len(r.nodes)
			delete(s.runs, trace)
			continue
		}
		kept = append(kept, trace)
	}
	s.order = kept
}

package genaimetricsconnector

import (
	"slices"
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
// own transport is then counted once, as in the ledger.
//
// Spans of the transport are always billed and never held. Traces
// that one response id joins, of an agent's span and its log record, are one run.
//
// To release calls takes time in proportion to the spans of their runs, and the senders of
// all spans wait meanwhile. Therefore calls of large runs are released by the goroutine that
// emits, which settles them while spans are admitted. After a release that took long, nothing
// is released for share times as long.
type settling struct {
	after time.Duration // a contestable call waits this long
	limit int           // spans remembered
	clock func() time.Time
	rest  time.Time // nothing is released before

	runs  map[ledger.TraceID]*run
	named map[string]named // by response id
	order []ledger.TraceID // of arrival, for forgetting; a trace appears once
	held  []contested      // of arrival
	large []contested      // of arrival, of large runs
	spans int
}

// run holds what is remembered of a trace, or of several.
type run struct {
	nodes  []settle.Node
	at     map[spanKey]int // of each span, its place in nodes; nil while they are few
	traces []ledger.TraceID
	names  []string
	last   time.Time
	held   int
}

type spanKey struct {
	trace ledger.TraceID
	span  ledger.SpanID
}

// named is the run in which a response id was seen first.
type named struct {
	run   *run
	joins bool // a claimant with it may describe a call of another trace
}

// contested is a call that waits.
type contested struct {
	call  call
	since time.Time
}

func newSettling(after time.Duration, limit int) *settling {
	return &settling{after: after, limit: limit, clock: time.Now, runs: make(map[ledger.TraceID]*run), named: make(map[string]named)}
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

// admit remembers a span that may be billed, and reports whether it is to
// be counted at once. A span delivered again is not counted again.
func (s *settling) admit(c *call, span ptrace.Span, now time.Time) bool {
	trace := ledger.TraceID(span.TraceID())
	r := s.runs[trace]
	if r == nil {
		r = &run{traces: []ledger.TraceID{trace}}
		s.runs[trace] = r
		s.order = append(s.order, trace)
	}
	r.last = now
	if r.find(trace, ledger.SpanID(span.SpanID())) >= 0 {
		return false
	}
	n := settle.Node{
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
	}
	settle.Own(&n)
	c.claim, c.responseID = n.Claim, n.ResponseID
	if c.responseID != "" && settle.CanLose(c.claim) {
		r = s.name(r, c)
	}
	s.remember(r, n)
	if !settle.CanLose(c.claim) {
		return true
	}
	if len(r.nodes) > largeRun {
		s.large = append(s.large, contested{call: *c, since: now})
	} else {
		s.held = append(s.held, contested{call: *c, since: now})
	}
	r.held++
	return false
}

// name finds the run of a response id, joined with r where the two may describe
// one call.
func (s *settling) name(r *run, c *call) *run {
	joins := slices.Contains(settle.Elsewhere, c.claim)
	first, known := s.named[c.responseID]
	switch {
	case !known:
		s.named[c.responseID] = named{r, joins}
		r.names = append(r.names, c.responseID)
	case first.run != r && (joins || first.joins):
		s.join(first.run, r)
		r = first.run
		fallthrough
	case joins && !first.joins:
		s.named[c.responseID] = named{first.run, joins || first.joins}
	}
	return r
}

// join moves what is remembered of a run into another.
func (s *settling) join(to, from *run) {
	for _, n := range from.nodes {
		to.add(n)
	}
	for _, trace := range from.traces {
		s.runs[trace] = to
	}
	for _, id := range from.names {
		s.named[id] = named{to, s.named[id].joins}
	}
	to.traces = append(to.traces, from.traces...)
	to.names = append(to.names, from.names...)
	to.held += from.held
	if from.last.After(to.last) {
		to.last = from.last
	}
}

func (s *settling) remember(r *run, n settle.Node) {
	r.add(n)
	s.spans++
}

// fewNodes are looked through faster than a map is made of them.
const fewNodes = 8

func (r *run) add(n settle.Node) {
	r.nodes = append(r.nodes, n)
	if r.at == nil && len(r.nodes) > fewNodes {
		r.at = make(map[spanKey]int, 2*len(r.nodes))
		for i := range r.nodes {
			r.at[spanKey{r.nodes[i].Trace, r.nodes[i].Span}] = i
		}
	}
	if r.at != nil {
		r.at[spanKey{n.Trace, n.Span}] = len(r.nodes) - 1
	}
}

// find gives the place of a span in nodes; -1 for one that is not there.
func (r *run) find(trace ledger.TraceID, span ledger.SpanID) int {
	if r.at != nil {
		if i, known := r.at[spanKey{trace, span}]; known {
			return i
		}
		return -1
	}
	for i := len(r.nodes) - 1; i >= 0; i-- {
		if r.nodes[i].Span == span && r.nodes[i].Trace == trace {
			return i
		}
	}
	return -1
}

// share is how much longer than a release the pause after it is, if the release took longer
// than longRelease.
const (
	share       = 10
	longRelease = 5 * time.Millisecond
)

// largeRun is the number of spans from which a run is large.
const largeRun = 5000

// release hands over the calls that have waited long enough and carry their
// bill. Over the limit the oldest are released early; large runs are left to releaseLarge
// until half as many spans more are remembered.
func (s *settling) release(now time.Time, count func(*call)) {
	if now.Before(s.rest) && s.spans <= s.limit {
		return
	}
	began := s.clock()
	all := s.spans > s.limit+s.limit/2
	if all {
		s.held, s.large = append(s.held, s.large...), nil
	}
	s.releaseDue(now, all, count)
	s.rested(now, s.clock().Sub(began))
}

func (s *settling) rested(now time.Time, took time.Duration) {
	if took > longRelease {
		s.rest = now.Add(share * took)
	}
}

// largeRelease is a release of calls of large runs.
type largeRelease struct {
	calls []contested
	runs  map[*run][]settle.Node
	of    []*run
	place []int // of each call, in the nodes of its run
	bills map[*run][]bool
}

// beginLarge takes the calls that are due, with the spans that were remembered until now:
// they are not changed later. nil if there are none. Over the limit it takes all calls, and
// forgets their runs.
func (s *settling) beginLarge(now time.Time) *largeRelease {
	over := s.spans > s.limit
	if over {
		s.setLargeAside()
	}
	if len(s.large) == 0 || now.Before(s.rest) && !over {
		return nil
	}
	due := 0
	for due < len(s.large) && (over || now.Sub(s.large[due].since) >= s.after) {
		due++
	}
	l := &largeRelease{calls: slices.Clone(s.large[:due]), runs: make(map[*run][]settle.Node), bills: make(map[*run][]bool)}
	s.large = slices.Clone(s.large[due:])
	for i := range l.calls {
		at := &l.calls[i].call.at
		r := s.runs[ledger.TraceID(at.trace)]
		l.runs[r] = r.nodes
		l.of = append(l.of, r)
		l.place = append(l.place, r.find(ledger.TraceID(at.trace), ledger.SpanID(at.span)))
		r.held--
	}
	if over {
		for r := range l.runs {
			s.drop(r)
		}
		s.order = slices.DeleteFunc(s.order, func(trace ledger.TraceID) bool { return s.runs[trace] == nil })
	}
	return l
}

// setLargeAside moves the calls of runs that have become large.
func (s *settling) setLargeAside() {
	kept := s.held[:0]
	for i := range s.held {
		if r := s.runs[ledger.TraceID(s.held[i].call.at.trace)]; len(r.nodes) > largeRun {
			s.large = append(s.large, s.held[i])
		} else {
			kept = append(kept, s.held[i])
		}
	}
	clear(s.held[len(kept):])
	s.held = kept
}

// settle decides which calls are counted. Others may use the settling meanwhile.
func (l *largeRelease) settle() {
	for r, nodes := range l.runs {
		l.bills[r] = settle.Bill(nodes)
	}
}

// count hands over the calls that carry their bill.
func (l *largeRelease) count(count func(*call)) {
	for i := range l.calls {
		c := &l.calls[i].call
		if l.bills[l.of[i]][l.place[i]] {
			count(c)
		}
	}
}

// releaseDue releases the calls that are due; those of runs that have become large only if
// all is set.
func (s *settling) releaseDue(now time.Time, all bool, count func(*call)) {
	due := 0
	for due < len(s.held) && now.Sub(s.held[due].since) >= s.after {
		due++
	}
	if s.spans > s.limit {
		due = len(s.held)
	}
	bills := make(map[*run][]bool)
	for i := range s.held[:due] {
		h := &s.held[i]
		trace := ledger.TraceID(h.call.at.trace)
		r := s.runs[trace]
		if !all && len(r.nodes) > largeRun {
			s.large = append(s.large, *h)
			continue
		}
		bill, ok := bills[r]
		if !ok {
			bill = settle.Bill(r.nodes)
			bills[r] = bill
		}
		if bill[r.find(trace, ledger.SpanID(h.call.at.span))] {
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

// releaseAll forwards every call that is billable according to the spans known now.
func (s *settling) releaseAll(now time.Time, count func(*call)) {
	s.held, s.large = append(s.held, s.large...), nil
	s.releaseDue(now.Add(s.after), true, count)
}

// forget drops the traces nothing came of for runMemory and, while more than
// most spans are remembered, the oldest that hold no waiting call.
func (s *settling) forget(now time.Time, most int) {
	kept := s.order[:0]
	for _, trace := range s.order {
		r := s.runs[trace]
		if r == nil { // forgotten with the run it was joined to
			continue
		}
		if r.held == 0 && (s.spans > most || now.Sub(r.last) >= runMemory) {
			s.drop(r)
			continue
		}
		kept = append(kept, trace)
	}
	s.order = kept
}

func (s *settling) drop(r *run) {
	s.spans -= len(r.nodes)
	for _, of := range r.traces {
		delete(s.runs, of)
	}
	for _, id := range r.names {
		delete(s.named, id)
	}
}

package settle

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// decision has the verdicts of rows that are settled together.
type decision struct {
	// changed are the claimants whose verdict is not the one stored, with the right one.
	changed []Node
	// rows are those that were read and billed.
	rows rowCount
}

// rowCount is a number of rows of each trace and hour.
type rowCount map[traceHour]int

func (r rowCount) add(n *Node) { r[traceHour{n.Trace, hourOf(n.Start)}]++ }

// traceHour is the rows of a trace that start in an hour. They are settled together.
type traceHour struct {
	trace ledger.TraceID
	hour  int64
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// decide reads everything that is settled together with the rows written, and bills it:
// the contested traces they touch, and the traces that response ids join to those,
// however many steps away. The period is widened until nothing more can belong
// to it, so that what is read does not depend on which of the rows were written
// together. Response ids of apart join no traces.
func decide(ctx context.Context, store ledger.Store, written []Node, apart map[string]bool) (*decision, error) {
	if len(written) == 0 {
		return new(decision), nil
	}
	var need period
	need.addNodes(written)
	// Most runs take less than a Horizon, and so need one period.
	searched := need.widened(Horizon)
	for most := inMemory; ; {
		s := newSearch(store, searched, apart)
		var nodes []Node
		err := s.each(ctx, written, func(n *Node) bool {
			nodes = append(nodes, *n)
			return len(nodes) <= most
		})
		if err != nil {
			return nil, err
		}
		if len(nodes) > most {
			nodes = nil
			d, widened, err := decideInGroups(ctx, store, written, apart, searched)
			switch {
			case err != nil || d != nil:
				return d, err
			case widened == searched:
				most = math.MaxInt // it takes more than a Horizon
			}
			searched = widened
			continue
		}
		nodes = together(nodes, written)
		need.addNodes(nodes)
		if searched.contains(need) {
			d := &decision{changed: changed(nodes), rows: make(rowCount)}
			for i := range nodes {
				d.rows.add(&nodes[i])
			}
			return d, nil
		}
		searched = need.widened(Horizon)
	}
}

// inMemory is how many rows are settled with all of them in memory.
const inMemory = 20_000

// period is the time in which spans may share a bill with those seen.
type period struct {
	from, until time.Time
	// results are searched for in a longer one, the zero period for none.
	batchFrom, batchUntil time.Time
}

func (p *period) addNodes(nodes []Node) {
	for i := range nodes {
		p.add(nodes[i].Start, isResult(&nodes[i]))
	}
}

// isResult reports whether a node is a download of a result of a batch.
func isResult(n *Node) bool { return n.Claim == semconv.ClaimBatch }

// add makes room for what starts within a horizon of start.
func (p *period) add(start time.Time, result bool) {
	p.from, p.until = extend(p.from, p.until, start, Horizon)
	if result {
		p.batchFrom, p.batchUntil = extend(p.batchFrom, p.batchUntil, start, BatchHorizon)
	}
}

func extend(from, until, start time.Time, by time.Duration) (time.Time, time.Time) {
	if earliest := start.Add(-by); from.IsZero() || earliest.Before(from) {
		from = earliest
	}
	// The end of a period is no part of it.
	if latest := start.Add(by + 1); latest.After(until) {
		until = latest
	}
	return ledger.Bounded(from), ledger.Bounded(until)
}

func (p period) widened(by time.Duration) period {
	p.from, p.until = ledger.Bounded(p.from.Add(-by)), ledger.Bounded(p.until.Add(by))
	if p.results() {
		p.batchFrom, p.batchUntil = ledger.Bounded(p.batchFrom.Add(-by)), ledger.Bounded(p.batchUntil.Add(by))
	}
	return p
}

func (p period) results() bool { return !p.batchFrom.IsZero() }

func (p period) contains(q period) bool {
	covers := func(from, until, f, u time.Time) bool { return !f.Before(from) && !u.After(until) }
	return covers(p.from, p.until, q.from, q.until) &&
		(!q.results() || p.results() && covers(p.batchFrom, p.batchUntil, q.batchFrom, q.batchUntil))
}

// whole is the time that covers both.
func (p period) whole() (from, until time.Time) {
	from, until = p.from, p.until
	if p.results() && p.batchFrom.Before(from) {
		from = p.batchFrom
	}
	if p.batchUntil.After(until) {
		until = p.batchUntil
	}
	return from, until
}

// search remembers what has been asked for.
type search struct {
	store             ledger.Store
	period            period
	traces            map[ledger.TraceID]bool // true once read
	reported, carried map[string]bool
	apart             map[string]bool // response ids that are not asked for
}

func newSearch(store ledger.Store, period period, apart map[string]bool) *search {
	return &search{
		store: store, period: period, apart: apart,
		traces: make(map[ledger.TraceID]bool), carried: make(map[string]bool),
	}
}

// mostAsked is how many response ids are looked up at a time.
const mostAsked = 100_000

// each reads the contested traces of the rows written and those joined to them, while see
// returns true. A search is made once.
func (s *search) each(ctx context.Context, written []Node, see func(*Node) bool) error {
	var unread []ledger.TraceID
	find := func(q ledger.ConflictQuery) error {
		if len(q.Traces)+len(q.Reported)+len(q.Carried) == 0 {
			return nil
		}
		found, err := s.contested(ctx, q)
		if err != nil {
			return fmt.Errorf("contested traces: %w", err)
		}
		unread = append(unread, s.unread(found)...)
		return nil
	}
	if err := find(s.ask(written)); err != nil {
		return err
	}
	for len(unread) > 0 {
		reading := unread
		unread = nil
		var question ledger.ConflictQuery
		from, until := s.period.whole()
		var n Node
		for row, err := range s.store.Rows(ctx, reading, from, until) {
			if err != nil {
				return fmt.Errorf("rows of contested traces: %w", err)
			}
			if n = row; !see(&n) {
				return nil
			}
			s.askFor(&n, &question)
			if len(question.Reported)+len(question.Carried) < mostAsked {
				continue
			}
			if err := find(question); err != nil {
				return err
			}
			question = ledger.ConflictQuery{}
			clear(s.reported)
			clear(s.carried)
		}
		if err := find(question); err != nil {
			return err
		}
	}
	return nil
}

// contested asks for the traces, and for those in which the results of a batch
// were downloaded before or since.
func (s *search) contested(ctx context.Context, q ledger.ConflictQuery) ([]ledger.TraceID, error) {
	q.From, q.Until = s.period.from, s.period.until
	found, err := s.store.Contested(ctx, q)
	if err != nil || !s.period.results() || len(q.Reported) == 0 {
		return found, err
	}
	q.Traces, q.Carried = nil, nil
	q.From, q.Until = s.period.whole()
	more, err := s.store.Contested(ctx, q)
	return append(found, more...), err
}

// unread leaves the traces not read before, and counts them as read.
func (s *search) unread(traces []ledger.TraceID) []ledger.TraceID {
	fresh := traces[:0]
	for _, id := range traces {
		if !s.traces[id] {
			s.traces[id] = true
			fresh = append(fresh, id)
		}
	}
	return fresh
}

// ask begins a search: it says which traces the nodes may share a bill with. One that claims
// nothing may be the missing link between two that do.
func (s *search) ask(nodes []Node) (q ledger.ConflictQuery) {
	asked := make(map[ledger.TraceID]bool, len(nodes))
	s.reported = make(map[string]bool, len(nodes))
	q.Reported = make([]string, 0, len(nodes))
	q.Traces = make([]ledger.TraceID, 0, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		if !asked[n.Trace] {
			asked[n.Trace] = true
			q.Traces = append(q.Traces, n.Trace)
		}
		s.askFor(n, &q)
	}
	return q
}

// askFor adds the response id of a node to a question, unless it was asked for.
func (s *search) askFor(n *Node, q *ledger.ConflictQuery) {
	if n.Claim == "" || n.ResponseID == "" || s.apart[n.ResponseID] {
		return
	}
	if !s.reported[n.ResponseID] {
		s.reported[n.ResponseID] = true
		q.Reported = append(q.Reported, n.ResponseID)
	}
	if !s.carried[n.ResponseID] && slices.Contains(Elsewhere, n.Claim) {
		s.carried[n.ResponseID] = true
		q.Carried = append(q.Carried, n.ResponseID)
	}
}

// together leaves the nodes that may share a bill with one that was written.
// Others of the same traces, begun days before or after, are settled with their
// own neighbours, of which not all may have been read.
func together(nodes, written []Node) []Node {
	if within(nodes, Horizon) {
		return nodes
	}
	seeds := make(map[id]bool, len(written))
	for i := range written {
		seeds[idOf(&written[i])] = true
	}
	related := relatives(nodes)
	wanted := make(map[int]bool)
	for i := range nodes {
		if seeds[idOf(&nodes[i])] {
			wanted[related.find(i)] = true
		}
	}
	var kept []Node
	for i := range nodes {
		if wanted[related.find(i)] {
			kept = append(kept, nodes[i])
		}
	}
	return kept
}

// within reports whether all nodes start within some time of each other.
func within(nodes []Node, horizon time.Duration) bool {
	if len(nodes) == 0 {
		return true
	}
	first, last := ledger.Extent(nodes, func(n *Node) time.Time { return n.Start })
	return last.Sub(first) <= horizon
}

// relatives groups nodes that may share a bill, over any number of steps.
func relatives(nodes []Node) groups {
	s := &settlement{nodes: nodes}
	s.divide()
	related := newGroups(len(nodes))
	first := make(map[int]int)
	responses := make(map[string][]int)
	for i := range nodes {
		if j, known := first[s.part[i]]; known {
			related.join(j, i)
		} else {
			first[s.part[i]] = i
		}
		if nodes[i].Claim != "" && nodes[i].ResponseID != "" {
			responses[nodes[i].ResponseID] = append(responses[nodes[i].ResponseID], i)
		}
	}
	for _, members := range responses {
		for _, near := range s.near(members) {
			for _, i := range near {
				related.join(near[0], i)
			}
		}
	}
	return related
}

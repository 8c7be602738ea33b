package settle

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// maxSame is how many calls of one response id a span is compared with. Some servers
// give all answers the same id: comparing each with all others would take their square.
const maxSame = 64

// maxClaims is how many claims of a call are compared: there are fewer, but a sender may
// name others.
const maxClaims = 16

// merge makes calls of the spans of one response id.
func (s *settlement) merge(members []int) {
	slices.SortFunc(members, s.compare)
	m := merging{s: s, first: len(s.calls)}
	if len(members) > maxSame {
		m.byTrace, m.byCounts = make(map[ledger.TraceID][]int), make(map[counts][]int)
	}
	for _, i := range members {
		m.add(i)
	}
}

func (s *settlement) begin(i int) {
	s.call[i] = len(s.calls)
	s.calls = append(s.calls, []int{i})
}

// counts are the tokens of a span with usage.
type counts struct{ input, output int64 }

// described has the values that the spans of a call share: they agree, so that a span need
// not be compared with each of them.
type described struct {
	// home is the trace of its spans, but for those that may be in another.
	home  ledger.TraceID
	homed bool

	batch     bool           // it has downloads of a batch's result
	download  ledger.TraceID // the trace of the first
	scattered bool           // others are in other traces
	transport bool           // it has a span of the transport

	counted []claimCounts // of its spans with usage, one for each claim
}

type claimCounts struct {
	claim string
	counts
}

// merging makes calls of spans of one response id, in their order.
type merging struct {
	s     *settlement
	first int // of the calls
	calls []described
	// within is the call of the first span whose nearest claimant around is the node.
	within map[int]int

	// Of many spans: the calls by home, those without one under the zero trace, and by
	// the counts of their spans, each in order.
	byTrace  map[ledger.TraceID][]int
	byCounts map[counts][]int
}

// add puts a span into the call that it describes as well, or into a new one.
func (m *merging) add(i int) {
	n := &m.s.nodes[i]
	c := m.find(i)
	if c < 0 {
		c = len(m.calls)
		m.calls = append(m.calls, described{})
		m.s.calls = append(m.s.calls, nil)
		if m.byTrace != nil {
			m.byTrace[ledger.TraceID{}] = append(m.byTrace[ledger.TraceID{}], c)
		}
	}
	m.s.call[i] = m.first + c
	m.s.calls[m.first+c] = append(m.s.calls[m.first+c], i)
	if up := m.s.above[i]; up >= 0 {
		if m.within == nil {
			m.within = make(map[int]int)
		}
		if _, known := m.within[up]; !known {
			m.within[up] = c
		}
	}
	m.see(c, n)
}

// see notes a span of a call.
func (m *merging) see(c int, n *Node) {
	d := &m.calls[c]
	switch {
	case n.Claim == semconv.ClaimBatch:
		if !d.batch {
			d.batch, d.download = true, n.Trace
		}
		d.scattered = d.scattered || d.download != n.Trace
	case !slices.Contains(Elsewhere, n.Claim):
		if !d.homed && m.byTrace != nil {
			nowhere := m.byTrace[ledger.TraceID{}]
			if at, found := slices.BinarySearch(nowhere, c); found {
				m.byTrace[ledger.TraceID{}] = slices.Delete(nowhere, at, at+1)
			}
			here := m.byTrace[n.Trace]
			at, _ := slices.BinarySearch(here, c)
			m.byTrace[n.Trace] = slices.Insert(here, at, c)
		}
		d.home, d.homed = n.Trace, true
		d.transport = d.transport || n.Claim == semconv.ClaimTransport
	}
	if !n.Counted {
		return
	}
	of := counts{n.Input, n.Output}
	known := false
	for _, other := range d.counted {
		if other.claim == n.Claim {
			return
		}
		known = known || other.counts == of
	}
	if len(d.counted) < maxClaims {
		d.counted = append(d.counted, claimCounts{n.Claim, of})
	}
	if !known && m.byCounts != nil {
		at, _ := slices.BinarySearch(m.byCounts[of], c)
		m.byCounts[of] = slices.Insert(m.byCounts[of], at, c)
	}
}

// find is the first call, of those compared, that a span describes as well, -1 for none.
// One with equal counts comes first, then one around or inside the span, then one of its
// trace: where many calls have the id, a gateway's side is that of the call around it.
func (m *merging) find(i int) int {
	n := &m.s.nodes[i]
	around, inside := -1, -1
	if up := m.s.above[i]; up >= 0 && m.s.call[up] >= m.first {
		around = m.s.call[up] - m.first
	}
	if c, known := m.within[i]; known {
		inside = c
	}
	best, found := 0, -1
	see := func(c int) {
		same, possible := m.describes(n, c)
		if !possible {
			return
		}
		value := 1
		if m.calls[c].homed && m.calls[c].home == n.Trace {
			value++
		}
		if c == around || c == inside {
			value += 2
		}
		if same {
			value += 4
		}
		if value > best || value == best && c < found {
			best, found = value, c
		}
	}
	if m.byTrace == nil {
		for c := range m.calls {
			see(c)
		}
		return found
	}
	compare := func(calls []int) {
		for _, c := range calls[:min(len(calls), maxSame)] {
			see(c)
		}
	}
	for _, c := range []int{around, inside} {
		if c >= 0 {
			see(c)
		}
	}
	compare(m.byTrace[n.Trace])
	if !slices.Contains(Elsewhere, n.Claim) {
		compare(m.byTrace[ledger.TraceID{}])
		return found
	}
	if n.Counted {
		compare(m.byCounts[counts{n.Input, n.Output}])
	}
	for c := range min(len(m.calls), maxSame) {
		see(c)
	}
	return found
}

// describes compares a span with a call. Only a log record or the server's side may be
// in another trace than the client's span, and the result of a batch in that of each
// download. A server that gives one id to several answers shows as several spans of one
// class, with different counts or on the wire.
func (m *merging) describes(n *Node, c int) (same, possible bool) {
	d, of := &m.calls[c], counts{n.Input, n.Output}
	switch {
	case n.Claim == semconv.ClaimBatch:
		if d.homed && d.home != n.Trace || d.transport {
			return false, false
		}
	case !slices.Contains(Elsewhere, n.Claim):
		if d.homed && d.home != n.Trace || d.batch && (d.scattered || d.download != n.Trace) ||
			n.Claim == semconv.ClaimTransport && (d.transport || d.batch) {
			return false, false
		}
	}
	if !n.Counted {
		return false, true
	}
	for _, other := range d.counted {
		if other.claim == n.Claim && other.counts != of {
			return false, false
		}
		same = same || other.counts == of
	}
	return same, true
}

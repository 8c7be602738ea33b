package settle

import (
	"bytes"
	"cmp"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Node is a span as the stores give it to be settled.
type Node = ledger.Node

type id struct {
	trace ledger.TraceID
	span  ledger.SpanID
}

func idOf(n *Node) id { return id{n.Trace, n.Span} }

// rank orders the claims, the closest to the vendor first.
var rank = map[string]int{
	semconv.ClaimTransport: 0,
	semconv.ClaimBatch:     0,
	semconv.ClaimClient:    1,
	semconv.ClaimFramework: 2,
	semconv.ClaimLog:       3,
	semconv.ClaimSummary:   4,
	semconv.ClaimServer:    5,
	semconv.ClaimAggregate: 6,
}

// CanLose reports whether a claim can lose its bill to another, or take
// it from one. A trace that holds only round trips of our own needs no
// settling.
func CanLose(claim string) bool { return claim != "" && claim != semconv.ClaimTransport }

// AnyCanLose reports whether the claim of any of the calls can lose its bill.
func AnyCanLose(batches []ledger.Batch) bool {
	for c := range ledger.CallsOf(batches) {
		if CanLose(c.Claim) {
			return true
		}
	}
	return false
}

// Bill returns for each node whether it is billed, a function of the set of
// nodes and not of their order. Nodes with the same trace and span id are one
// span delivered twice; only the best of them can.
func Bill(nodes []Node) []bool { return newSettlement(nodes).verdict() }

// newSettlement finds the calls and which of them yield to which.
func newSettlement(nodes []Node) *settlement {
	s := &settlement{nodes: nodes, at: make(map[id]int, len(nodes))}
	for i := range nodes {
		if j, twice := s.at[idOf(&nodes[i])]; !twice || s.compare(i, j) < 0 {
			s.at[idOf(&nodes[i])] = i
		}
	}
	s.divide()
	s.climb()
	s.group()
	s.relate()
	return s
}

type settlement struct {
	nodes []Node
	at    map[id]int // span -> node
	part  []int      // node -> part of its trace; parts are settled separately
	above []int      // node -> nearest claimant around it, -1 for none

	call  []int   // node -> call, -1 for none
	calls [][]int // call -> nodes, the best first
	yield [][]int // call -> calls it yields its bill to
}

// group finds the calls: spans that carry one response id.
func (s *settlement) group() {
	s.call = make([]int, len(s.nodes))
	calls, totals := make(map[string][]int), make(map[string][]int)
	for i := range s.nodes {
		s.call[i] = -1
		n := &s.nodes[i]
		if n.Claim == "" || s.at[idOf(n)] != i {
			continue
		}
		switch {
		case n.ResponseID == "":
			s.begin(i)
		case n.Claim == semconv.ClaimAggregate:
			// A total names its run by the id, or its last call: totals are the
			// same among themselves, never the same as a call.
			totals[n.ResponseID] = append(totals[n.ResponseID], i)
		default:
			calls[n.ResponseID] = append(calls[n.ResponseID], i)
		}
	}
	for _, groups := range []map[string][]int{calls, totals} {
		for _, members := range groups {
			for _, near := range s.near(members) {
				s.merge(near)
			}
		}
	}
	s.yield = make([][]int, len(s.calls))
}

// onWire reports whether the transport read the answer.
func onWire(claim string) bool {
	return claim == semconv.ClaimTransport || claim == semconv.ClaimBatch
}

// compare orders the spans of one response id, the best first: one
// that counted, then by class, then the one begun last, which is the innermost,
// but of downloads of a result the first, so that no later one moves its bill.
func (s *settlement) compare(i, j int) int {
	a, b := &s.nodes[i], &s.nodes[j]
	if a.Counted != b.Counted {
		if a.Counted {
			return -1
		}
		return 1
	}
	later := b.Start.Compare(a.Start)
	if a.Claim == semconv.ClaimBatch && b.Claim == semconv.ClaimBatch {
		later = -later
	}
	return cmp.Or(
		cmp.Compare(rank[a.Claim], rank[b.Claim]),
		cmp.Compare(a.Claim, b.Claim),
		later,
		bytes.Compare(a.Trace[:], b.Trace[:]),
		bytes.Compare(a.Span[:], b.Span[:]),
		// What is left are two deliveries of one span that differ.
		cmp.Compare(b.Input, a.Input),
		cmp.Compare(b.Output, a.Output),
		cmp.Compare(a.ResponseID, b.ResponseID),
		bytes.Compare(a.Parent[:], b.Parent[:]),
	)
}

// relate finds which calls yield to which because one span contains the other.
func (s *settlement) relate() {
	countedBelow := make([]bool, len(s.nodes))
	s.containing(func(inner, outer int) bool {
		in, out := &s.nodes[inner], &s.nodes[outer]
		if in.Counted {
			countedBelow[outer] = true
		}
		switch {
		case in.Claim == semconv.ClaimServer && out.Claim != semconv.ClaimServer && out.Claim != semconv.ClaimAggregate && out.Counted:
			s.yields(inner, outer)
		case in.Counted || !out.Counted:
			s.yields(outer, inner)
		}
		// What is beyond a span with usage yields to that span. The server's
		// side continues to look for its client.
		return !out.Counted || in.Claim == semconv.ClaimServer && out.Claim == semconv.ClaimServer
	})
	// A span without usage inside the only span that has some is the same call
	// seen worse, unless it failed: then it is an attempt of its own.
	s.containing(func(inner, outer int) bool {
		in, out := &s.nodes[inner], &s.nodes[outer]
		if !in.Counted && !in.Failed && out.Counted && out.Claim != semconv.ClaimAggregate && !countedBelow[outer] {
			s.yields(inner, outer)
		}
		return !out.Counted
	})
}

// containing calls f with each claimant and the claimants around it, from the
// inside out, while f returns true.
func (s *settlement) containing(f func(inner, outer int) bool) {
	for i := range s.nodes {
		if s.call[i] < 0 {
			continue
		}
		at := s.above[i]
		for range maxClimb {
			if at < 0 || at == i || !f(i, at) {
				break
			}
			at = s.above[at]
		}
	}
}

// yields notes that a call yields to another, unless the transport saw
// both: what went over the wire twice was charged twice.
func (s *settlement) yields(from, to int) {
	if onWire(s.nodes[from].Claim) && onWire(s.nodes[to].Claim) {
		return
	}
	if a, b := s.call[from], s.call[to]; a != b {
		s.yield[a] = append(s.yield[a], b)
	}
}

// verdict bills one span of every call that yields to no other. Calls that
// yield to each other in a circle are one call described from several sides.
func (s *settlement) verdict() []bool {
	billed := make([]bool, len(s.nodes))
	for _, group := range components(s.yield) {
		best := -1
		for _, c := range group.members {
			if i := s.calls[c][0]; best < 0 || s.compare(i, best) < 0 {
				best = i
			}
		}
		if group.last {
			billed[best] = true
		}
	}
	return billed
}

package settle

import (
	"cmp"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// maxClimb is how many claimants around a span are looked at: real telemetry has
// fewer than ten, and a sender decides how deep a trace nests.
const maxClimb = 256

// divide finds the parts of each trace: spans belong together while each starts
// within Horizon of the next.
func (s *settlement) divide() {
	s.part = make([]int, len(s.nodes))
	order := make([]int, len(s.nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &s.nodes[i], &s.nodes[j]
		return cmp.Or(slices.Compare(a.Trace[:], b.Trace[:]), a.Start.Compare(b.Start))
	})
	part := 0
	for k, i := range order {
		if k > 0 {
			before := &s.nodes[order[k-1]]
			if before.Trace != s.nodes[i].Trace || s.nodes[i].Start.Sub(before.Start) > Horizon {
				part++
			}
		}
		s.part[i] = part
	}
}

// climb finds the nearest claimant around each node, looking at each once.
func (s *settlement) climb() {
	const unknown = -2
	s.above = make([]int, len(s.nodes))
	for i := range s.above {
		s.above[i] = unknown
	}
	var path []int
	for i := range s.nodes {
		path = path[:0]
		found := -1
		for at := i; ; {
			if s.above[at] != unknown {
				found = s.above[at]
				break
			}
			s.above[at] = -1 // the end of a circle of parents
			path = append(path, at)
			up := s.parent(at)
			if up < 0 {
				break
			}
			if s.nodes[up].Claim != "" {
				found = up
				break
			}
			at = up
		}
		for _, at := range path {
			s.above[at] = found
		}
	}
}

// parent is the node around another, -1 for none in its part of the trace.
func (s *settlement) parent(i int) int {
	n := &s.nodes[i]
	if n.Parent == (ledger.SpanID{}) {
		return -1
	}
	up, known := s.at[id{n.Trace, n.Parent}]
	if !known || up == i || s.part[up] != s.part[i] {
		return -1
	}
	return up
}

// near divides the spans of one response id into those that are close enough in
// time to be one call.
func (s *settlement) near(members []int) [][]int {
	slices.SortFunc(members, func(i, j int) int { return s.nodes[i].Start.Compare(s.nodes[j].Start) })
	groups := newGroups(len(members))
	lastBatch := -1
	for k, i := range members {
		start := s.nodes[i].Start
		if k > 0 && start.Sub(s.nodes[members[k-1]].Start) <= Horizon {
			groups.join(k-1, k)
		}
		if s.nodes[i].Claim != semconv.ClaimBatch {
			continue
		}
		if lastBatch >= 0 && start.Sub(s.nodes[members[lastBatch]].Start) <= BatchHorizon {
			groups.join(lastBatch, k)
		}
		lastBatch = k
	}
	at := make(map[int]int)
	var parts [][]int
	for k, i := range members {
		g := groups.find(k)
		n, known := at[g]
		if !known {
			n = len(parts)
			at[g], parts = n, append(parts, nil)
		}
		parts[n] = append(parts[n], i)
	}
	return parts
}

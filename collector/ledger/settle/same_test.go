package settle

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// sameCall says of a span and the spans of a call, one by one, what describes says of
// what these have in common.
func sameCall(n *Node, members []*Node) (same, possible bool) {
	wire := func(claim string) bool { return claim == semconv.ClaimTransport || claim == semconv.ClaimBatch }
	for _, m := range members {
		equal := n.Counted && m.Counted && n.Input == m.Input && n.Output == m.Output
		differ := n.Counted && m.Counted && !equal
		if n.Claim == semconv.ClaimBatch && m.Claim == semconv.ClaimBatch {
			if differ {
				return false, false
			}
			same = same || equal
			continue
		}
		elsewhere := slices.Contains(Elsewhere, m.Claim) || slices.Contains(Elsewhere, n.Claim)
		if m.Trace != n.Trace && !elsewhere || wire(m.Claim) && wire(n.Claim) || m.Claim == n.Claim && differ {
			return false, false
		}
		same = same || equal
	}
	return same, true
}

// firstWithin is where the first of all spans directly inside a node is in a call, -1 if
// it is in another or has not been looked at.
func firstWithin(members, above []int, node int, call []int) int {
	for _, j := range members {
		if j == node {
			return -1 // those after it were not seen yet
		}
		if above[j] == node {
			return slices.Index(call, j)
		}
	}
	return -1
}

// TestMerge_ComparesWithCallsAsWithEachOfTheirSpans makes calls of random spans of one
// response id: one by one, by what calls have in common, and by the indexes of large sets.
func TestMerge_ComparesWithCallsAsWithEachOfTheirSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 18))
	claims := []string{
		semconv.ClaimTransport, semconv.ClaimBatch, semconv.ClaimClient, semconv.ClaimFramework, semconv.ClaimLog,
		semconv.ClaimSummary, semconv.ClaimServer,
	}
	for round := range 4000 {
		list := make([]Node, 1+r.IntN(maxSame))
		traces, values := 1+r.IntN(4), 1+r.IntN(4)
		for i := range list {
			list[i] = Node{
				Trace: ledger.TraceID{1, byte(r.IntN(traces))}, Span: ledger.SpanID{1, byte(i)}, Start: time.Unix(int64(i), 0), ResponseID: "r",
				Claim: claims[r.IntN(len(claims))], Counted: r.IntN(4) > 0,
			}
			if list[i].Counted {
				list[i].Input = int64(1 + r.IntN(values))
			}
		}
		above := make([]int, len(list)) // earlier spans are around later ones
		for i := range above {
			if above[i] = -1; i > 0 && r.IntN(2) == 0 {
				above[i] = r.IntN(i)
			}
		}
		order := (&settlement{nodes: list}).compare
		members := make([]int, len(list))
		for i := range members {
			members[i] = i
		}
		slices.SortFunc(members, order)
		var want [][]int
		for _, i := range members {
			found, best := -1, 0
			for c := range want {
				var spans []*Node
				own, nested := 0, 0
				for k, j := range want[c] {
					if above[i] == j || k == firstWithin(members, above, i, want[c]) {
						nested = 2
					}
					spans = append(spans, &list[j])
					if n := &list[j]; n.Trace == list[i].Trace && n.Claim != semconv.ClaimBatch && !slices.Contains(Elsewhere, n.Claim) {
						own = 1
					}
				}
				same, possible := sameCall(&list[i], spans)
				value := 1 + own + nested
				if same {
					value += 4
				}
				if possible && value > best {
					found, best = c, value
				}
			}
			if found < 0 {
				found, want = len(want), append(want, nil)
			}
			want[found] = append(want[found], i)
		}
		for name, m := range map[string]*merging{
			"": {within: map[int]int{}}, ", by index": {within: map[int]int{}, byTrace: map[ledger.TraceID][]int{}, byCounts: map[counts][]int{}},
		} {
			m.s = &settlement{nodes: list, call: make([]int, len(list)), above: above}
			for i := range m.s.call {
				m.s.call[i] = -1
			}
			for _, i := range members {
				m.add(i)
			}
			require.Equal(t, want, m.s.calls, "round %d%s: %+v", round, name, list)
		}
	}
}

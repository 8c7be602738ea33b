package settle

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestGrouping_DecidesAsAllRowsTogether bills random traces, whose spans nest, repeat,
// contain each other in circles and share response ids, in groups and at once.
func TestGrouping_DecidesAsAllRowsTogether(t *testing.T) {
	claims := []string{
		"", "", "", semconv.ClaimTransport, semconv.ClaimClient, semconv.ClaimClient, semconv.ClaimFramework, semconv.ClaimAggregate,
		semconv.ClaimServer, semconv.ClaimLog, semconv.ClaimBatch, semconv.ClaimSummary,
	}
	random := rand.New(rand.NewPCG(1, 2))
	several := 0
	for range 100_000 {
		spans, responses := 1+random.IntN(14), 1+random.IntN(8)
		nodes := make([]Node, 1+random.IntN(16))
		for i := range nodes {
			n := &nodes[i]
			n.Trace[0] = byte(random.IntN(2))
			n.Span[0] = byte(1 + random.IntN(spans))
			if random.IntN(4) > 0 {
				n.Parent[0] = byte(1 + random.IntN(spans))
			}
			n.Start = time.Unix(int64(random.IntN(20)), 0).UTC()
			n.Claim = claims[random.IntN(len(claims))]
			if random.IntN(2) > 0 {
				n.ResponseID = string(rune('a' + random.IntN(responses)))
			}
			if n.Claim != "" {
				n.Input = int64(random.IntN(3))
				n.Counted, n.Failed, n.Billable = n.Input > 0, random.IntN(4) == 0, random.IntN(2) > 0
			}
		}
		want := changed(nodes)
		got, groups := inGroups(nodes)
		if groups > 1 {
			several++
		}
		require.ElementsMatch(t, want, got, "%+v", nodes)
	}
	require.Greater(t, several, 25_000, "most traces have several groups")
}

// inGroups is changed in groups, and how many there were.
func inGroups(nodes []Node) (decided []Node, groups int) {
	g := newGrouping()
	for i := range nodes {
		g.add(&nodes[i])
	}
	if !g.contested {
		return nil, 0
	}
	g.finish()
	for _, rows := range g.rows {
		if rows > 0 {
			groups++
		}
	}
	c := collecting{grouping: g, open: make(map[uint32][]Node), decided: &decided}
	for i := range nodes {
		c.add(&nodes[i])
		c.bill()
	}
	c.end()
	return decided, groups
}

// TestGrouping_HoldsFewRowsAtATime settles a trace whose calls are described twice, with
// agents and steps that claim nothing around them.
func TestGrouping_HoldsFewRowsAtATime(t *testing.T) {
	const calls = 50_000
	id := func(n int) (id ledger.SpanID) {
		binary.BigEndian.PutUint64(id[:], uint64(n))
		return id
	}
	nodes := []Node{{Span: id(1)}}
	for n := range calls {
		outer, inner := id(10+2*n), id(11+2*n)
		nodes = append(nodes, Node{Span: outer, Parent: id(1), Claim: semconv.ClaimFramework, Counted: true, Input: 1, Billable: true},
			Node{Span: inner, Parent: outer, Claim: semconv.ClaimClient, Counted: true, Input: 1, Billable: true})
	}
	g := newGrouping()
	for i := range nodes {
		g.add(&nodes[i])
	}
	g.finish()
	var decided []Node
	c := collecting{grouping: g, open: make(map[uint32][]Node), decided: &decided}
	for i := range nodes {
		c.add(&nodes[i])
		require.LessOrEqual(t, len(c.open)+len(c.ready), readyRows+1)
	}
	c.end()
	require.Len(t, decided, calls)
	require.False(t, slices.ContainsFunc(decided, func(n Node) bool { return n.Claim != semconv.ClaimFramework || n.Billable }))
}

package tracetree_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// randomRun has spans whose parent is missing, below them, or a span of any time.
func randomRun(rnd *rand.Rand, n int) *ledger.Trace {
	run := new(ledger.Trace)
	roles := []string{semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleStep, semconv.RoleTool}
	missing := rnd.IntN(3) * 5 // percent
	for i := 1; i <= n; i++ {
		parent := rnd.IntN(i)
		switch {
		case rnd.IntN(100) < missing:
			parent = 10_000 + rnd.IntN(4)
		case rnd.IntN(40) == 0:
			parent = 1 + rnd.IntN(n) // itself or a circle, perhaps
		}
		start, length := rnd.IntN(1000), rnd.IntN(1000/(1+rnd.IntN(20)))-1
		role := roles[rnd.IntN(len(roles))]
		also := rnd.IntN(5) == 0 // a span with usage
		if rnd.IntN(2) == 0 || also {
			run.Spans = append(run.Spans, span(i, parent, role, string(rune('a'+rnd.IntN(3))), start, length))
			run.Spans[len(run.Spans)-1].Error = rnd.IntN(10) == 0
			if !also {
				continue
			}
		}
		c := call(i, parent, "gpt-5", start, length, rnd.Int64N(100), 1, "0.25")
		c.Billable, c.Error = rnd.IntN(4) > 0, rnd.IntN(10) == 0
		if also {
			c.Role = role
		}
		if rnd.IntN(5) == 0 {
			c.Cost.Status, c.Cost.Amount = "unpriced", nil
		}
		run.Calls = append(run.Calls, c)
	}
	return run
}

func TestTree_FiguresOfAFoldedRunAreThoseOfTheWholeRun(t *testing.T) {
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		run := randomRun(rnd, 30+rnd.IntN(100))
		whole := tracetree.Build(run)
		most := 1 + rnd.IntN(60)
		trace, err := ledgertest.Fold(run, ledger.FoldQuery{MaxSpans: most})
		require.NoError(t, err)
		folded := tracetree.Build(trace)
		if folded.Omitted() == 0 {
			continue
		}
		require.Equal(t, whole.Spans, folded.Spans)
		require.Equal(t, textOf(whole.Total), textOf(folded.Total), "seed %d", seed)
		require.Equal(t, whole.Start, folded.Start)
		require.Equal(t, whole.Duration, folded.Duration)
		if most >= 20 { // with all spans above them
			require.Equal(t, idOf(whole.Slowest), idOf(folded.Slowest), "seed %d", seed)
			require.Equal(t, idOf(whole.MostExpensive), idOf(folded.MostExpensive), "seed %d", seed)
		}
		shown := int64(0)
		for n := range folded.All() {
			shown++
			same := whole.Find(n.SpanID)
			require.Equal(t, idOf(same.Parent()), idOf(n.Parent()), "seed %d, %s", seed, n.SpanID)
			require.Equal(t, same.Adopted, n.Adopted)
			require.Equal(t, textOf(same.Inclusive), textOf(n.Inclusive), "seed %d", seed)
			require.Equal(t, textOf(same.Own), textOf(n.Own), "seed %d, %s", seed, n.Name)
		}
		require.Equal(t, whole.Spans, shown+folded.Omitted())
		agents := make(map[string]tracetree.AgentFigures)
		for _, a := range whole.Agents {
			agents[a.Name] = a
		}
		require.Len(t, folded.Agents, len(agents))
		for _, a := range folded.Agents {
			want := agents[a.Name]
			require.Equal(t, want.Invocations, a.Invocations)
			require.Equal(t, want.Duration, a.Duration)
			require.Equal(t, textOf(want.Own), textOf(a.Own), "seed %d", seed)
		}
	}
}

// textOf compares amounts by value.
func textOf(f tracetree.Figures) string {
	f.Duration = 0 // of calls; not in the tree
	return fmt.Sprint(f)
}

func idOf(n *tracetree.Node) (id ledger.SpanID) {
	if n != nil {
		id = n.SpanID
	}
	return id
}

func TestTree_AFoldedRunAsTextAndMermaid(t *testing.T) {
	run := &ledger.Trace{
		Spans: []ledger.AgentSpan{span(1, 0, semconv.RoleAgent, "triage", 0, 900)},
		Calls: []ledger.Call{call(2, 1, "gpt-5", 1, 10, 100, 10, "5")},
	}
	for n := range 20 {
		run.Calls = append(run.Calls, call(10+n, 1, "gpt-5", 20+n, 10, 1000, 100, "0.25"))
	}
	trace, err := ledgertest.Fold(run, ledger.FoldQuery{MaxSpans: 2})
	require.NoError(t, err)
	tree := tracetree.Build(trace)
	var text, chart bytes.Buffer
	require.NoError(t, tree.WriteText(&text, tracetree.TextOptions{}))
	require.NoError(t, tree.WriteMermaid(&chart))
	require.Contains(t, text.String(), "└─ … 20 spans left out")
	require.Contains(t, text.String(), "… 20 of 22 spans left out; all figures include them")
	require.Contains(t, text.String(), "Total $10.0000")
	require.Contains(t, chart.String(), "… 20 spans left out · $5.0000")
}

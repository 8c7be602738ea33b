package tracetree_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// nestedRun is a random run in which every parent is there.
func nestedRun(rnd *rand.Rand, n int) *ledger.Trace {
	run := new(ledger.Trace)
	roles := []string{semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleStep, semconv.RoleTool}
	for i := 1; i <= n; i++ {
		parent := rnd.IntN(i)
		if rnd.IntN(2) == 0 {
			run.Spans = append(run.Spans, span(i, parent, roles[rnd.IntN(len(roles))], string(rune('a'+rnd.IntN(3))), rnd.IntN(1000), rnd.IntN(1000)))
			continue
		}
		c := call(i, parent, "gpt-5", rnd.IntN(1000), rnd.IntN(1000), 10, 1, "0.25")
		c.Billable, c.Error = rnd.IntN(4) > 0, rnd.IntN(10) == 0
		run.Calls = append(run.Calls, c)
	}
	return run
}

func TestTree_FiguresOfAFoldedRunAreThoseOfTheWholeRun(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		run := nestedRun(rnd, 30+rnd.IntN(100))
		whole := tracetree.Build(run)
		trace, err := ledgertest.Fold(run, ledger.FoldQuery{MaxSpans: 1 + rnd.IntN(25)})
		require.NoError(t, err)
		folded := tracetree.Build(trace)
		require.Positive(t, folded.Omitted())
		require.Equal(t, whole.Spans, folded.Spans)
		require.Equal(t, textOf(whole.Total), textOf(folded.Total), "seed %d", seed)
		require.Equal(t, whole.Start, folded.Start)
		require.Equal(t, whole.Duration, folded.Duration)
		shown := int64(0)
		for n := range folded.All() {
			shown++
			same := whole.Find(n.SpanID)
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
func textOf(f tracetree.Figures) [5]any {
	return [5]any{f.Calls, f.Errors, f.Input, f.Output, f.Cost.String()}
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

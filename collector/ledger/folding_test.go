package ledger_test

import (
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// foldedRun is a random run: agents, steps, calls, circles and missing parents.
func foldedRun(rnd *rand.Rand, n int) *ledger.Trace {
	t := new(ledger.Trace)
	id := func(i int) (id ledger.SpanID) {
		binary.BigEndian.PutUint64(id[:], uint64(i))
		return id
	}
	for i := 1; i <= n; i++ {
		parent := id(rnd.IntN(i))
		if rnd.IntN(20) == 0 {
			parent = id(1 + rnd.IntN(2*n)) // itself, in a circle or missing
		}
		start := time.Unix(1000, int64(rnd.IntN(1e9))).UTC()
		length := time.Duration(rnd.IntN(1e9))
		if role := rnd.IntN(6); role < 3 {
			t.Spans = append(t.Spans, ledger.AgentSpan{
				SpanID: id(i), ParentSpanID: parent, Start: start, Duration: length, Error: rnd.IntN(10) == 0,
				Role: []string{semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleStep}[role], Agent: string(rune('a' + rnd.IntN(3))),
			})
			if rnd.IntN(3) > 0 {
				continue // some have usage themselves
			}
		}
		cost := udecimal.MustFromInt64(int64(rnd.IntN(1000)), 3)
		c := ledger.Call{SpanID: id(i), ParentSpanID: parent, Start: start, Duration: length, Billable: rnd.IntN(4) > 0, Error: rnd.IntN(10) == 0}
		c.Cost.Status, c.Cost.Amount = "priced", &cost
		c.Usage[0] = int64(rnd.IntN(100))
		t.Calls = append(t.Calls, c)
	}
	return t
}

func foldedOf(t *testing.T, run *ledger.Trace, q ledger.FoldQuery) *ledger.Trace {
	t.Helper()
	found, err := ledgertest.Fold(run, q)
	require.NoError(t, err)
	return found
}

func billedTotals(run *ledger.Trace) (t ledger.Totals) {
	for i := range run.Calls {
		if run.Calls[i].Billable {
			t = t.Add(run.Calls[i].Totals())
		}
	}
	return t
}

func idsOf(run *ledger.Trace) map[ledger.SpanID]bool {
	ids := make(map[ledger.SpanID]bool)
	for i := range run.Calls {
		ids[run.Calls[i].SpanID] = true
	}
	for i := range run.Spans {
		ids[run.Spans[i].SpanID] = true
	}
	return ids
}

func TestFolding_WhatIsShownAndWhatIsLeftOutAreTheWholeRun(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		run := foldedRun(rnd, 1+rnd.IntN(120))
		most := 1 + rnd.IntN(40)
		wanted := run.Calls[:min(1, len(run.Calls))]
		q := ledger.FoldQuery{MaxSpans: most}
		if len(wanted) > 0 {
			q.Span = wanted[0].SpanID
		}
		all, found := idsOf(run), foldedOf(t, run, q)
		kept := idsOf(found)
		if found.Folded == nil {
			require.Equal(t, all, kept)
			continue
		}
		require.LessOrEqual(t, len(kept), most, "seed %d", seed)
		sum, spans := billedTotals(found), int64(len(kept))
		for i := range found.Folded.LeftOut {
			l := &found.Folded.LeftOut[i]
			sum, spans = sum.Add(l.Totals), spans+l.Spans
			require.True(t, l.Below == ledger.SpanID{} || kept[l.Below], "seed %d", seed)
		}
		require.Equal(t, int64(len(all)), spans, "seed %d", seed)
		require.Equal(t, int64(len(all)), found.Folded.Spans)
		whole := billedTotals(run)
		require.Equal(t, whole.Cost.String(), sum.Cost.String(), "seed %d", seed)
		require.Equal(t, whole.Calls, sum.Calls)
		require.Equal(t, whole.Input, sum.Input)
		for i := range found.Spans { // connected
			parent := found.Spans[i].ParentSpanID
			require.True(t, kept[parent] || !all[parent] || inCircle(run, found.Spans[i].SpanID), "seed %d", seed)
		}
	}
}

func TestFolding_IsTheSameForRowsInAnyOrder(t *testing.T) {
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		run := foldedRun(rnd, 100)
		q := ledger.FoldQuery{MaxSpans: 1 + rnd.IntN(40)}
		expected := foldedOf(t, run, q)
		shuffled := &ledger.Trace{Calls: slices.Clone(run.Calls), Spans: slices.Clone(run.Spans)}
		rnd.Shuffle(len(shuffled.Calls), func(i, j int) {
			shuffled.Calls[i], shuffled.Calls[j] = shuffled.Calls[j], shuffled.Calls[i]
		})
		rnd.Shuffle(len(shuffled.Spans), func(i, j int) {
			shuffled.Spans[i], shuffled.Spans[j] = shuffled.Spans[j], shuffled.Spans[i]
		})
		require.Equal(t, jsonOf(t, expected), jsonOf(t, foldedOf(t, shuffled, q)), "seed %d", seed)
	}
}

func jsonOf(t *testing.T, run *ledger.Trace) string {
	t.Helper()
	text, err := json.MarshalIndent(run, "", " ")
	require.NoError(t, err)
	return string(text)
}

// inCircle reports whether a span is above itself.
func inCircle(run *ledger.Trace, id ledger.SpanID) bool {
	parents := make(map[ledger.SpanID]ledger.SpanID)
	for i := range run.Calls {
		parents[run.Calls[i].SpanID] = run.Calls[i].ParentSpanID
	}
	for i := range run.Spans {
		parents[run.Spans[i].SpanID] = run.Spans[i].ParentSpanID
	}
	at := parents[id]
	for range len(parents) {
		if at == id {
			return true
		}
		at = parents[at]
	}
	return false
}

func TestFolding_KeepsFailedSlowAndExpensiveSpans(t *testing.T) {
	run := new(ledger.Trace)
	add := func(n int, parent ledger.SpanID, cost int64, length time.Duration, failed bool) (id ledger.SpanID) {
		binary.BigEndian.PutUint64(id[:], uint64(n))
		amount := udecimal.MustFromInt64(cost, 0)
		c := ledger.Call{SpanID: id, ParentSpanID: parent, Start: time.Unix(int64(1000+n), 0), Duration: length, Billable: true, Error: failed}
		c.Cost.Status, c.Cost.Amount = "priced", &amount
		run.Calls = append(run.Calls, c)
		return id
	}
	root := add(1, ledger.SpanID{}, 0, time.Second, false)
	for n := range 1000 {
		add(100+n, root, 1, time.Second, false)
	}
	failed := add(2000, root, 0, time.Millisecond, true)
	slow := add(2001, root, 0, time.Hour, false)
	expensive := add(2002, root, 9, time.Second, false)
	found := foldedOf(t, run, ledger.FoldQuery{MaxSpans: 10})
	kept := idsOf(found)
	require.Len(t, kept, 10)
	for _, id := range []ledger.SpanID{root, failed, slow, expensive} {
		require.True(t, kept[id], "%s", id)
	}
	require.Equal(t, []ledger.LeftOut{{
		Below: root, Spans: 994, Totals: found.Folded.LeftOut[0].Totals, Own: found.Folded.LeftOut[0].Totals,
	}}, found.Folded.LeftOut)
	require.Equal(t, "994", found.Folded.LeftOut[0].Totals.Cost.String())
}

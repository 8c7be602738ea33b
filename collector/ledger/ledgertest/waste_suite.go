package ledgertest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// RandomRuns is n runs: calls, some of which failed or were aborted, and the tools
// and roots around them, which fail as well; the same seed gives the same rows.
func RandomRuns(n int, seed uint64) ledger.Batch {
	calls := RandomCalls(5*n, seed)
	r := rand.New(rand.NewPCG(seed, 2))
	batch := ledger.Batch{Calls: calls}
	for i := range calls {
		c := &calls[i]
		c.Start = noon.Add(time.Duration(i/5)*7*time.Minute - 24*time.Hour).Add(time.Duration(r.Int64N(int64(time.Minute))))
		c.Billable, c.Aborted = i%19 != 0, r.IntN(15) == 0
		if r.IntN(3) > 0 {
			c.PromptPrefix = string(rune('a'+r.IntN(4))) + "123456789abcdef"
			c.PromptPrefixTokens = 500 + r.Int64N(2000)
		}
		if r.IntN(2) == 0 {
			c.Usage[usage.CacheRead] = 0
		}
	}
	for run := range n {
		begun := noon.Add(time.Duration(run)*7*time.Minute - 24*time.Hour)
		id := uint64(run)<<8 | 1<<40
		root := ledger.AgentSpan{
			TraceID: trace(uint64(run)), SpanID: span(id), Start: begun.Add(-time.Second), Received: noon.Truncate(time.Microsecond),
			Role: semconv.RoleWorkflow, Name: "nightly", Error: r.IntN(6) == 0,
		}
		batch.Spans = append(batch.Spans, root)
		for i := range r.IntN(12) {
			batch.Spans = append(batch.Spans, ledger.AgentSpan{
				TraceID: root.TraceID, SpanID: span(id + uint64(i) + 1), ParentSpanID: root.SpanID, Received: root.Received,
				Start: begun.Add(time.Duration(r.Int64N(int64(time.Minute)))), Role: semconv.RoleTool, Name: "execute_tool",
				Agent: []string{"planner", "writer"}[r.IntN(2)], Tool: []string{"search", "fetch"}[r.IntN(4)/3], Error: r.IntN(4) > 0,
			})
		}
	}
	return batch
}

func wasteEqualsPlainGo(t *testing.T, store ledger.Store) {
	rows := RandomRuns(300, 31)
	if err := store.Write(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	for _, where := range [][]ledger.Condition{nil, {{Dimension: ledger.ByEnvironment, Values: []string{"staging"}, Not: true}}} {
		q := ledger.WasteQuery{Failures: 3, CacheQuery: ledger.CacheQuery{
			From: noon.Add(-20 * time.Hour), Until: noon.Add(8 * time.Hour), Where: where, Within: 5 * time.Minute, MinTokens: 1024, Calls: 4,
		}}
		want := PlainWaste(&rows, q)
		for _, kind := range ledger.WasteKinds {
			if !slices.ContainsFunc(want.Groups, func(g ledger.WasteGroup) bool { return g.Kind == kind }) {
				t.Fatalf("the rows have no call of kind %s", kind)
			}
		}
		got, err := store.Waste(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, want.Groups, got.Groups)
		equal(t, want.Calls, got.Calls)
	}
}

// PlainWaste answers q for rows in plain Go.
func PlainWaste(rows *ledger.Batch, q ledger.WasteQuery) *ledger.Waste {
	type agentOfRun struct {
		trace ledger.TraceID
		agent string
	}
	failed, tools := map[ledger.TraceID]bool{}, map[agentOfRun][]ledger.AgentSpan{}
	for _, s := range rows.Spans {
		if s.Error && s.ParentSpanID.IsZero() {
			failed[s.TraceID] = true
		}
		if s.Role == semconv.RoleTool {
			key := agentOfRun{s.TraceID, s.Agent}
			tools[key] = append(tools[key], s)
		}
	}
	for _, list := range tools {
		slices.SortFunc(list, func(a, b ledger.AgentSpan) int {
			return cmp.Or(a.Start.Compare(b.Start), slices.Compare(a.SpanID[:], b.SpanID[:]))
		})
	}
	loop := func(c *ledger.Call) string {
		list := tools[agentOfRun{c.TraceID, c.Agent}]
		for i := 0; i < len(list); {
			j := i
			for j < len(list) && list[j].Tool == list[i].Tool && list[j].Error == list[i].Error {
				j++
			}
			if list[i].Error && j-i >= q.Failures && c.Start.After(list[i].Start) && !c.Start.After(list[j-1].Start) {
				return list[i].Tool
			}
			i = j
		}
		return ""
	}
	calls := slices.Clone(rows.Calls)
	slices.SortFunc(calls, func(a, b ledger.Call) int {
		return cmp.Or(a.Start.Compare(b.Start), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	last := map[[3]string]time.Time{}
	groups := map[ledger.WasteGroup]*ledger.WasteGroup{}
	w := &ledger.Waste{}
	for i := range calls {
		c := &calls[i]
		spent := udecimal.Zero
		if c.Cost.Amount != nil {
			spent = *c.Cost.Amount
		}
		paid := spent.IsPos() || c.Cost.Amount == nil && c.Usage[usage.Input]+c.Usage[usage.Output] > 0
		if !c.Billable || !paid || c.Start.Before(q.From) || !c.Start.Before(q.Until) || !kept(c, q.Query()) {
			continue
		}
		resent := false
		if c.PromptPrefix != "" && !c.Error {
			key := [3]string{c.Provider, c.Model(), c.PromptPrefix}
			before, known := last[key]
			last[key] = c.Start
			resent = known && c.Start.Sub(before) <= q.Within && c.PromptPrefixTokens >= q.MinTokens && c.Usage[usage.CacheRead] == 0
		}
		tool := loop(c)
		var kind ledger.WasteKind
		switch {
		case c.Error:
			kind = ledger.WasteFailed
		case c.Aborted:
			kind = ledger.WasteAborted
		case failed[c.TraceID]:
			kind = ledger.WasteFailedRun
		case tool != "":
			kind = ledger.WasteToolLoop
		case resent:
			kind = ledger.WasteResent
		default:
			continue
		}
		key := ledger.WasteGroup{Kind: kind, Provider: c.Provider, Model: c.Model(), Day: c.Start.Format("2006-01-02")}
		g := groups[key]
		if g == nil {
			sum := key
			g = &sum
			groups[key] = g
		}
		g.Calls++
		if c.Cost.Amount == nil {
			g.Unpriced++
		}
		g.Input += c.Usage[usage.Input]
		g.Output += c.Usage[usage.Output]
		g.Prefix += c.PromptPrefixTokens
		g.Cost = g.Cost.Add(spent)
		w.Calls = append(w.Calls, ledger.WastedCall{
			Kind: kind, TraceID: c.TraceID, SpanID: c.SpanID, Start: c.Start, Provider: c.Provider, Model: c.Model(), Agent: c.Agent,
			Tool: tool, Error: c.ErrorType, Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], Prefix: c.PromptPrefixTokens, Cost: spent,
		})
	}
	for _, g := range groups {
		w.Groups = append(w.Groups, *g)
	}
	slices.SortFunc(w.Groups, func(a, b ledger.WasteGroup) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Day, b.Day))
	})
	prefix := func(c *ledger.WastedCall) int64 {
		if c.Kind == ledger.WasteResent {
			return c.Prefix
		}
		return 0
	}
	slices.SortFunc(w.Calls, func(a, b ledger.WastedCall) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(prefix(&b), prefix(&a)), b.Cost.Cmp(a.Cost),
			slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	listed := map[ledger.WasteKind]int{}
	w.Calls = slices.DeleteFunc(w.Calls, func(c ledger.WastedCall) bool {
		listed[c.Kind]++
		return listed[c.Kind] > q.Calls
	})
	return w
}

package ledgertest

import (
	"context"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// runs is three traces: the first the slowest, the second the most expensive, the
// third the newest.
func runs() ledger.Batch {
	agent := func(n uint64, name, user string, start time.Time, duration time.Duration) ledger.AgentSpan {
		return ledger.AgentSpan{
			TraceID: trace(n), SpanID: span(100 * n), Start: start, Duration: duration,
			Role: "agent", Name: "invoke_agent " + name, Agent: name, User: user, Received: start,
		}
	}
	llm := func(n, m uint64, cost string, start time.Time) ledger.Call {
		c := call(n, 100*n+m)
		c.ParentSpanID, c.Start, c.Agent = span(100*n), start, "inner"
		c.Cost.Amount = money(cost)
		c.Usage = usage.Counts{usage.Input: 100, usage.Output: 10, usage.CacheRead: 5, usage.CacheWrite: 4, usage.Reasoning: 3}
		return c
	}
	wrapper := llm(2, 3, "77", noon.Add(time.Hour))
	wrapper.Billable = false
	failed := llm(3, 2, "0.1", noon.Add(2*time.Hour+time.Second))
	failed.Error = true
	return ledger.Batch{
		Spans: []ledger.AgentSpan{
			agent(1, "planner", "u-1", noon, time.Hour),
			agent(2, "writer", "u-2", noon.Add(time.Hour), time.Minute),
			agent(3, "planner", "u-2", noon.Add(2*time.Hour), time.Minute),
		},
		Calls: []ledger.Call{
			llm(1, 1, "0.5", noon.Add(time.Minute)),
			llm(2, 1, "3", noon.Add(time.Hour)),
			wrapper,
			llm(3, 1, "0.2", noon.Add(2*time.Hour)),
			failed,
		},
	}
}

func summaries(t *testing.T, store ledger.Store, q ledger.TraceQuery) []ledger.TraceSummary {
	t.Helper()
	found, err := store.Traces(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func idsOf(found []ledger.TraceSummary) []ledger.TraceID {
	ids := make([]ledger.TraceID, len(found))
	for i, s := range found {
		ids[i] = s.ID
	}
	return ids
}

func tracesOrder(t *testing.T, store ledger.Store) {
	writeBatch(t, store, runs())
	writeBatch(t, store, runs())
	// The span that an installation is checked with is no run.
	test := runs().Spans[2]
	test.TraceID, test.Start, test.Application = trace(4), noon.Add(3*time.Hour), ledger.CheckApplication
	writeBatch(t, store, ledger.Batch{Spans: []ledger.AgentSpan{test}})
	for _, test := range []struct {
		order ledger.TraceOrder
		want  []ledger.TraceID
	}{
		{"", []ledger.TraceID{trace(3), trace(2), trace(1)}},
		{ledger.NewestFirst, []ledger.TraceID{trace(3), trace(2), trace(1)}},
		{ledger.SlowestFirst, []ledger.TraceID{trace(1), trace(2), trace(3)}},
		{ledger.DearestFirst, []ledger.TraceID{trace(2), trace(1), trace(3)}},
	} {
		equal(t, test.want, idsOf(summaries(t, store, ledger.TraceQuery{Order: test.order})))
	}
	equal(t, []ledger.TraceSummary{{
		ID: trace(3), Root: "invoke_agent planner", Agent: "planner", User: "u-2",
		Start: noon.Add(2 * time.Hour), Duration: time.Minute,
		Totals: ledger.Totals{
			Calls: 2, Errors: 1, Input: 200, Output: 20, CacheRead: 10, CacheWrite: 8, Reasoning: 6,
			Cost: amount("0.3"), Duration: 2 * time.Second,
		},
		Spans: 3,
	}}, summaries(t, store, ledger.TraceQuery{Limit: 1}))
	equal(t, amount("3"), summaries(t, store, ledger.TraceQuery{Order: ledger.DearestFirst, Limit: 1})[0].Totals.Cost)
}

func tracesFilter(t *testing.T, store ledger.Store) {
	writeBatch(t, store, runs())
	for _, test := range []struct {
		query ledger.TraceQuery
		want  []ledger.TraceID
	}{
		{ledger.TraceQuery{Agent: "planner"}, []ledger.TraceID{trace(3), trace(1)}},
		{ledger.TraceQuery{Agent: "inner"}, []ledger.TraceID{trace(3), trace(2), trace(1)}},
		{ledger.TraceQuery{User: "u-2"}, []ledger.TraceID{trace(3), trace(2)}},
		{ledger.TraceQuery{User: "u-2", Agent: "planner"}, []ledger.TraceID{trace(3)}},
		{ledger.TraceQuery{User: "' OR true --"}, nil},
	} {
		equal(t, test.want, idsOf(summaries(t, store, test.query)))
	}
	// What is kept is whole: the filter does not shrink a trace's totals.
	equal(t, 2, summaries(t, store, ledger.TraceQuery{Agent: "planner", Limit: 1})[0].Totals.Calls)
}

func tracesPeriod(t *testing.T, store ledger.Store) {
	writeBatch(t, store, runs())
	for _, test := range []struct {
		from, until time.Time
		want        []ledger.TraceID
	}{
		{noon, noon.Add(time.Hour), []ledger.TraceID{trace(1)}},
		{noon.Add(time.Second), noon.Add(time.Hour + 1), []ledger.TraceID{trace(2)}},
		{noon.Add(time.Hour), time.Time{}, []ledger.TraceID{trace(3), trace(2)}},
		{time.Time{}, noon, nil},
	} {
		equal(t, test.want, idsOf(summaries(t, store, ledger.TraceQuery{From: test.from, Until: test.until})))
	}
}

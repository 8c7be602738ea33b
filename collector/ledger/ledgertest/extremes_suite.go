package ledgertest

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// extremes are rows with the largest value that each field of a row can hold,
// twice, so that their sum is more than its type holds.
func extremes() (calls []ledger.Call, spans []ledger.AgentSpan) {
	for n := range uint64(3) {
		c := call(7000, 7000+n)
		c.User, c.Department = "extreme", "extreme"
		c.Duration, c.TimeToFirstChunk, c.Streamed = math.MaxInt64, math.MaxInt64, true
		c.StatusCode, c.Attempt = math.MaxUint16, math.MaxUint16
		c.PromptPrefix, c.PromptPrefixTokens = "extreme", math.MaxInt64
		for unit := range c.Usage {
			c.Usage[unit] = math.MaxInt64
		}
		c.Cost.Amount = money("99999999999999999999.999999999999999999")
		calls = append(calls, c)
		s := fullSpan()
		s.TraceID, s.SpanID, s.Start, s.Duration = c.TraceID, span(7100+n), c.Start, math.MaxInt64
		spans = append(spans, s)
	}
	return calls, spans
}

// extremesBlindNothing asks every report of a ledger that holds absurd values:
// what belongs to others is exact, and a sum that is too large is the largest.
func extremesBlindNothing(t *testing.T, store ledger.Store) {
	good := model(RandomCalls(200, 77))
	calls, spans := extremes()
	write(t, store, good...)
	writeBatch(t, store, ledger.Batch{Calls: calls, Spans: spans})
	check := func(by ledger.Dimension, totalsOnly bool) {
		t.Helper()
		groups := aggregate(t, store, ledger.Query{By: []ledger.Dimension{by}, TotalsOnly: totalsOnly})
		absurd := false
		for _, g := range groups {
			if g.Key[0] != "extreme" {
				continue
			}
			absurd = true
			equal(t, int64(3), g.Totals.Calls)
			equal(t, int64(math.MaxInt64), g.Totals.Input)
			equal(t, time.Duration(math.MaxInt64), g.Totals.Duration)
			equal(t, "99999999999999999999.999999999999999999", g.Totals.Cost.String())
			if !totalsOnly {
				equal(t, time.Duration(math.MaxInt64), g.Latency.MeanTTFC)
			}
		}
		if !absurd {
			t.Errorf("by %s: the absurd calls are missing", by)
		}
		where := []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{"extreme"}, Not: true}}
		others := aggregate(t, store, ledger.Query{By: []ledger.Dimension{by}, Where: where})
		equal(t, good.aggregate(ledger.Query{By: []ledger.Dimension{by}}), others)
	}
	for _, totalsOnly := range []bool{false, true} {
		check(ledger.ByUser, totalsOnly)
		check(ledger.ByDepartment, totalsOnly)
	}
	for _, by := range ledger.Dimensions {
		aggregate(t, store, ledger.Query{By: []ledger.Dimension{by}})
	}
	for _, order := range []ledger.TraceOrder{ledger.NewestFirst, ledger.SlowestFirst, ledger.DearestFirst} {
		found, err := store.Traces(context.Background(), ledger.TraceQuery{From: noon.AddDate(-1, 0, 0), Until: noon.AddDate(1, 0, 0), Order: order, Limit: 1000})
		if err != nil {
			t.Fatalf("traces, %s: %v", order, err)
		}
		for _, summary := range found {
			if summary.ID == calls[0].TraceID {
				equal(t, int64(math.MaxInt64), summary.Totals.Output)
				equal(t, true, summary.Duration > 0)
			}
		}
	}
	if found := readTrace(t, store, calls[0].TraceID); len(found.Calls) != 3 {
		t.Errorf("%d absurd calls of the trace, want 3", len(found.Calls))
	}
	if _, err := store.Prefixes(context.Background(), ledger.PrefixQuery{From: noon.AddDate(-1, 0, 0), Until: noon.AddDate(1, 0, 0), Within: time.Hour}); err != nil {
		t.Errorf("prefixes: %v", err)
	}
	refresh(t, store)
	check(ledger.ByUser, true)
	check(ledger.ByDepartment, true)
}

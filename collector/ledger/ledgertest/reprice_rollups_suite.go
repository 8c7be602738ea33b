package ledgertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// correction gives the calls of one model another price.
type correction struct{ from, until time.Time }

// repricedPeriod begins and ends within an hour, so that both sides of a
// correction share a bucket of the rollups.
var repricedPeriod = correction{noon.Add(-20 * time.Hour), noon.Add(5 * time.Hour)}

// of gives the cost of a call after the correction.
func (r correction) of(c *ledger.Call) ledger.Cost {
	if c.Model() != "gpt-5-2025-08-07" || c.Start.Before(r.from) || !c.Start.Before(r.until) {
		return c.Cost
	}
	return ledger.Cost{Status: "priced", Amount: money(fmt.Sprintf("%d.%09d", c.Usage[usage.Input], c.Usage[usage.Output])), Currency: "USD", CatalogVersion: "corrected"}
}

// apply corrects the calls that are stored: bills are settled as they are after a
// write. Calls that others change meanwhile are left as they are.
func (r correction) apply(store ledger.Store) (changed int, err error) {
	ctx := context.Background()
	calls, err := store.CallsToPrice(ctx, r.from, r.until)
	if err != nil {
		return 0, err
	}
	var corrected []ledger.Call
	for i := range calls {
		c := calls[i]
		cost := r.of(&c)
		if cost.CatalogVersion == c.Cost.CatalogVersion {
			continue
		}
		c.Cost = cost
		corrected = append(corrected, c)
	}
	if len(corrected) == 0 {
		return 0, nil
	}
	if _, err := store.WriteCosts(ctx, corrected, noon); err != nil {
		return 0, err
	}
	return len(corrected), settle.Settle(ctx, store, ledger.Batch{Calls: corrected})
}

// corrected returns what the rows say once the calls are corrected.
func (m model) corrected(r correction) model {
	rows := slices.Clone(m)
	for i := range rows {
		rows[i].Cost = r.of(&rows[i])
	}
	return rows
}

// agree holds the calls and the rollups of them to the rows; the rollups before
// and after what was written is summed up.
func agree(t *testing.T, store ledger.Store, rows model) {
	t.Helper()
	ask := func(totalsOnly bool) {
		t.Helper()
		for _, q := range rollupQuestions(t) {
			q.TotalsOnly = totalsOnly
			want, got := rows.aggregate(q), aggregate(t, store, q)
			for _, groups := range [][]ledger.Group{want, got} {
				for i := range groups {
					groups[i].Latency = ledger.Latency{}
				}
			}
			equal(t, want, got)
		}
	}
	ask(false)
	ask(true)
	refresh(t, store)
	ask(true)
}

func refresh(t *testing.T, store ledger.Store) {
	t.Helper()
	if err := store.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func applyCorrection(t *testing.T, store ledger.Store) (changed int) {
	t.Helper()
	changed, err := repricedPeriod.apply(store)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func rollupsFollowRepricing(t *testing.T, store ledger.Store) {
	rows := model(RandomCalls(300, 41))
	write(t, store, rows...)
	refresh(t, store) // there are sums to go out of date
	agree(t, store, rows)

	after := rows.corrected(repricedPeriod)
	if applyCorrection(t, store) == 0 {
		t.Fatal("the correction changes no call")
	}
	agree(t, store, after)

	past := pastCostsOf(t, store, rows)
	if len(past) == 0 {
		t.Error("no figure of before is kept")
	}
	equal(t, 0, applyCorrection(t, store))
	equal(t, past, pastCostsOf(t, store, rows))
	agree(t, store, after)

	write(t, store, rows...) // delivered once more, as they were
	agree(t, store, after)
}

func pastCostsOf(t *testing.T, store ledger.Store, rows []ledger.Call) []ledger.PastCost {
	t.Helper()
	var past []ledger.PastCost
	asked := map[ledger.TraceID]bool{}
	for i := range rows {
		id := rows[i].TraceID
		if asked[id] {
			continue
		}
		asked[id] = true
		found, err := store.PastCosts(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(found, func(a, b ledger.PastCost) int { return slices.Compare(a.SpanID[:], b.SpanID[:]) })
		past = append(past, found...)
	}
	return past
}

// witnessed gives pairs of rows: a framework's span, which bills until the
// round trip below it is known.
func witnessed(n int) (spans, roundTrips []ledger.Call) {
	for i := range n {
		outer := call(uint64(9000+i), uint64(9000+i))
		outer.Start = noon.Add(-time.Duration(i) * 20 * time.Minute)
		outer.Claim, outer.Usage = semconv.ClaimFramework, usage.Counts{usage.Input: 1000, usage.Output: 100}
		inner := outer
		inner.SpanID, inner.ParentSpanID = span(uint64(9500+i)), outer.SpanID
		inner.Claim, inner.Start = semconv.ClaimTransport, outer.Start.Add(time.Millisecond)
		spans, roundTrips = append(spans, outer), append(roundTrips, inner)
	}
	return spans, roundTrips
}

func repricingWhileWriting(t *testing.T, store ledger.Store) {
	const batch = 30
	rows := model(RandomCalls(480, 43))
	outer, inner := witnessed(40)
	write(t, store, rows[:240]...)
	write(t, store, outer...)
	refresh(t, store)

	deliver := func(calls []ledger.Call) error {
		written := ledger.Batch{Calls: calls}
		if err := store.Write(context.Background(), written); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return settle.Settle(context.Background(), store, written)
	}
	writers := []func() error{
		func() error { // calls that are new
			for calls := range slices.Chunk(rows[240:], batch) {
				if err := deliver(calls); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { // calls delivered again, later
			for calls := range slices.Chunk(slices.Clone(rows[:240]), batch) {
				for i := range calls {
					calls[i].Received = calls[i].Received.Add(time.Hour)
				}
				if err := deliver(calls); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { // calls that take the bill from one that is there
			for calls := range slices.Chunk(inner, 5) {
				if err := deliver(calls); err != nil {
					return err
				}
			}
			return nil
		},
	}
	done := make(chan error, len(writers))
	for _, w := range writers {
		go func() { done <- w() }()
	}
	for left := len(writers); left > 0; {
		if _, err := repricedPeriod.apply(store); err != nil {
			t.Errorf("reprice: %v", err)
		}
		for polling := true; polling && left > 0; {
			select {
			case err := <-done:
				left--
				if err != nil {
					t.Error(err)
				}
			default:
				polling = false
			}
		}
	}
	applyCorrection(t, store) // what came in behind the runs
	for i := range outer {
		outer[i].Billable = false
	}
	want := slices.Concat(rows, model(outer), model(inner)).corrected(repricedPeriod)
	agree(t, store, want)
	equal(t, 0, applyCorrection(t, store))
	agree(t, store, want)
}

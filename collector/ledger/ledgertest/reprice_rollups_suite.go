package ledgertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// corrected is the built-in catalogue with another price for one model.
func corrected(t *testing.T) *pricing.Catalogue {
	t.Helper()
	over, err := pricing.Parse("correction", []byte(`{"format": 1, "version": "corrected", "providers": [
		{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5", "gpt-5-2025-08-07"], "cards": [{"rates": {"input": "7.77", "output": "31.3"}}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	merged, err := pricing.Default().With(over)
	if err != nil {
		t.Fatal(err)
	}
	return merged
}

// repricedPeriod begins and ends within an hour, so that both sides of a
// correction share a bucket of the rollups.
func repricedPeriod(catalogue *pricing.Catalogue) reprice.Options {
	return reprice.Options{From: noon.Add(-20 * time.Hour), Until: noon.Add(5 * time.Hour), Catalogue: catalogue, Apply: true}
}

// priced returns what the rows say once the calls of the period are priced again.
func (m model) priced(opts reprice.Options) model {
	rows := slices.Clone(m)
	for i := range rows {
		if c := &rows[i]; !c.Start.Before(opts.From) && c.Start.Before(opts.Until) {
			c.Cost = reprice.Cost(opts.Catalogue, c)
		}
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
	if r, ok := store.(ledger.Refresher); ok {
		if err := r.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func runReprice(t *testing.T, store ledger.Store, opts reprice.Options) *reprice.Result {
	t.Helper()
	result, err := reprice.Run(context.Background(), store.(ledger.Repricer), opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func rollupsFollowRepricing(t *testing.T, store ledger.Store) {
	rows := model(RandomCalls(300, 41))
	write(t, store, rows...)
	refresh(t, store) // there are sums to go out of date
	opts := repricedPeriod(corrected(t))

	dry := opts
	dry.Apply = false
	if result := runReprice(t, store, dry); result.Total.Changed == 0 {
		t.Fatal("the correction changes no call")
	}
	agree(t, store, rows)

	after := rows.priced(opts)
	runReprice(t, store, opts)
	agree(t, store, after)

	past := pastCostsOf(t, store, rows)
	if len(past) == 0 {
		t.Error("no figure of before is kept")
	}
	equal(t, 0, runReprice(t, store, opts).Total.Changed)
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
		found, err := store.(ledger.Repricer).PastCosts(context.Background(), id)
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
	settler, ok := store.(settle.Store)
	if !ok {
		t.Fatalf("%T is no settle.Store", store)
	}
	const batch = 30
	rows := model(RandomCalls(480, 43))
	outer, inner := witnessed(40)
	write(t, store, rows[:240]...)
	write(t, store, outer...)
	refresh(t, store)
	opts := repricedPeriod(corrected(t))

	deliver := func(calls []ledger.Call) error {
		written := ledger.Batch{Calls: calls}
		if err := store.Write(context.Background(), written); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return settle.Settle(context.Background(), settler, written)
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
		if _, err := reprice.Run(context.Background(), store.(ledger.Repricer), opts); err != nil {
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
	runReprice(t, store, opts) // what came in behind the runs
	for i := range outer {
		outer[i].Billable = false
	}
	want := slices.Concat(rows, model(outer), model(inner)).priced(opts)
	agree(t, store, want)
	equal(t, 0, runReprice(t, store, opts).Total.Changed)
	agree(t, store, want)
}

package ledgertest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func repricing(t *testing.T, store ledger.Store) {
	first, second, later := call(1, 1), call(1, 2), call(2, 3)
	second.Billable = false
	later.Start = noon.Add(time.Hour)
	write(t, store, first, second, later)

	found, err := store.Calls(context.Background(), noon, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found, func(a, b ledger.Call) int { return slices.Compare(a.SpanID[:], b.SpanID[:]) })
	equal(t, []ledger.Call{first, second}, found)

	old := ledger.PastCost{TraceID: first.TraceID, SpanID: first.SpanID, Start: first.Start, Cost: first.Cost, Replaced: noon.Truncate(time.Microsecond)}
	older := old
	older.Revision, older.Cost = 1, ledger.Cost{Status: "unpriced", Reason: "unknown_model", Flags: []string{"region_assumed"}, CatalogVersion: "v1"}
	for range 2 {
		if err := store.KeepCosts(context.Background(), []ledger.PastCost{old}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.KeepCosts(context.Background(), []ledger.PastCost{older}); err != nil {
		t.Fatal(err)
	}
	past, err := store.PastCosts(context.Background(), first.TraceID)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.PastCost{old, older}, past)

	repriced := first
	repriced.Revision, repriced.Cost.Amount = 1, money("0.5")
	write(t, store, repriced)
	write(t, store, first) // delivered once more: the corrected figure stays
	found, err = store.Calls(context.Background(), noon, noon.Add(time.Nanosecond))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found, func(a, b ledger.Call) int { return slices.Compare(a.SpanID[:], b.SpanID[:]) })
	equal(t, []ledger.Call{repriced, second}, found)
}

func newCosts(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	rows := RandomCalls(40, 47)
	for i := range rows {
		rows[i].Revision = i % 3
	}
	rows = distinct(rows)
	write(t, store, rows...)
	from, until := periodOf(rows)

	read := func(of func(context.Context, time.Time, time.Time) ([]ledger.Call, error)) []ledger.Call {
		t.Helper()
		found, err := of(ctx, from, until)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(found, byKey)
		return found
	}
	toPrice := read(store.CallsToPrice)
	if len(toPrice) != len(rows) {
		t.Fatalf("%d calls to price of %d", len(toPrice), len(rows))
	}

	// One is delivered again meanwhile: the cost calculated for it is out of date.
	again := read(store.Calls)[7]
	again.Received, again.Usage[usage.Input] = again.Received.Add(time.Hour), again.Usage[usage.Input]+1
	write(t, store, again)

	want := read(store.Calls)
	var past []ledger.PastCost
	replaced := noon.Truncate(time.Microsecond)
	for i := range toPrice {
		c := &toPrice[i]
		vendor := c.Cost.Vendor
		c.Cost = ledger.Cost{Status: "priced", Amount: money(fmt.Sprintf("%d.000000000000000001", i)), Currency: "USD", CatalogVersion: "corrected", Vendor: vendor}
		if i%2 == 0 {
			c.Cost.Flags = []string{"region_assumed", "vendor"}
			c.Cost.Bill = ledger.ReadBill(`[{"kind":"input","quantity":1000,"rate_usd":"2.5","per":1000000,"cost_usd":"0.0025"}]`)
		}
		if i == 7 {
			continue
		}
		before := want[i].Cost
		before.Vendor = nil
		past = append(past, ledger.PastCost{TraceID: c.TraceID, SpanID: c.SpanID, Start: c.Start, Revision: c.Revision, Cost: before, Replaced: replaced})
		want[i].Cost, want[i].Revision = c.Cost, want[i].Revision+1
	}
	for range 2 { // a run that was cut short is repeated
		written, err := store.WriteCosts(ctx, toPrice, replaced)
		if err != nil {
			t.Fatal(err)
		}
		if written > len(rows)-1 {
			t.Errorf("%d costs written: one call has changed since", written)
		}
	}
	equal(t, want, read(store.Calls))
	kept, err := store.PastCostsBetween(ctx, from, until)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(kept, func(a, b ledger.PastCost) int {
		return cmp.Or(slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	equal(t, past, kept)
	write(t, store, rows...) // delivered once more, as they were
	equal(t, want, read(store.Calls))

	last := toPrice[:1]
	last[0].Revision = 1<<12 - 1
	if _, err := store.WriteCosts(ctx, last, replaced); err == nil {
		t.Error("a revision that no store can hold is written")
	}
}

func byKey(a, b ledger.Call) int {
	return cmp.Or(slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
}

// distinct keeps one row of each key.
func distinct(rows []ledger.Call) []ledger.Call {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, byKey)
	return slices.CompactFunc(rows, func(a, b ledger.Call) bool { return byKey(a, b) == 0 })
}

func periodOf(rows []ledger.Call) (from, until time.Time) {
	from, until = ledger.Extent(rows, func(c *ledger.Call) time.Time { return c.Start })
	return from, until.Add(1)
}

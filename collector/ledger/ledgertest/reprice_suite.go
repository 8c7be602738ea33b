package ledgertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
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

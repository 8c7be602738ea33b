package duckdb_test

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestAggregate_SumsBeyond64Bits(t *testing.T) {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var calls []ledger.Call
	for i := range 3 {
		calls = append(calls, ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{byte(i + 1)}, Start: start, Received: start, Role: "llm", Billable: true,
			Usage: usage.Counts{usage.Input: math.MaxInt64, usage.Output: 5},
		})
	}
	if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	check := func(q ledger.Query) {
		t.Helper()
		groups, err := store.Aggregate(t.Context(), q)
		if err != nil || len(groups) != 1 || groups[0].Totals.Input != math.MaxInt64 || groups[0].Totals.Output != 15 {
			t.Errorf("%+v: %+v, %v", q, groups, err)
		}
	}
	check(ledger.Query{})
	check(ledger.Query{TotalsOnly: true, By: []ledger.Dimension{ledger.ByDay}})
	sums, err := store.Sums(t.Context(), start.Truncate(24*time.Hour), start.Add(time.Hour))
	if err != nil || len(sums) != 1 {
		t.Errorf("%+v, %v", sums, err)
	}
	if _, err := store.Traces(t.Context(), ledger.TraceQuery{}); err != nil {
		t.Error(err)
	}
}

func TestAggregate_LeavesPeriodsWithManyUsersToTheTables(t *testing.T) {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var calls []ledger.Call
	for i := range 40 { // ten users on each of four days
		at := start.AddDate(0, 0, i/10)
		calls = append(calls, ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{byte(i + 1)}, Start: at, Received: at, Role: "llm", Billable: true,
			User: string('a' + rune(i%10)), Usage: usage.Counts{usage.Input: 1},
		})
	}
	if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	store.LimitUserRows(25)
	midnight := start.Truncate(24 * time.Hour)
	for _, step := range []struct{ days, kept int }{{4, 0}, {4, 0}, {2, 20}, {3, 20}, {2, 20}} {
		groups, err := store.Aggregate(t.Context(), ledger.Query{
			From: midnight, Until: midnight.AddDate(0, 0, step.days), By: []ledger.Dimension{ledger.ByUser}, TotalsOnly: true,
		})
		if err != nil || len(groups) != 10 || groups[0].Totals.Calls != int64(step.days) {
			t.Errorf("%d days: %+v, %v", step.days, groups, err)
		}
		if rows := store.UserRows(); rows != step.kept {
			t.Errorf("%d days: %d rows are kept, want %d", step.days, rows, step.kept)
		}
	}
}

package ledgertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// rollupQuestions are answered from rollups, some of them by the day.
func rollupQuestions(t *testing.T) []ledger.Query {
	midnight := noon.Truncate(24 * time.Hour)
	questions := []ledger.Query{
		{},
		{By: []ledger.Dimension{ledger.ByUser}, Limit: 2},
		{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByModel}, From: midnight.AddDate(0, 0, -1), Until: midnight.AddDate(0, 0, 1)},
		{By: []ledger.Dimension{ledger.ByDay, ledger.ByApplication}, Zone: zone(t, "Europe/Berlin")},
		{By: []ledger.Dimension{ledger.ByHour}, From: midnight.Add(-5 * time.Hour), Until: midnight.Add(6 * time.Hour)},
		{By: []ledger.Dimension{ledger.ByMonth}},
		{By: []ledger.Dimension{ledger.ByAgent}, Where: []ledger.Condition{{Dimension: ledger.ByCostStatus, Values: []string{"priced"}}}},
		{By: []ledger.Dimension{ledger.ByHourOfWeek}, Where: []ledger.Condition{{Dimension: ledger.ByDay, Values: []string{"2026-10-26"}}}},
	}
	for i := range questions {
		questions[i].TotalsOnly = true
		if _, ok := questions[i].Rollup(); !ok {
			t.Fatalf("question %d is not one for the rollups", i)
		}
	}
	return questions
}

func rollupsEqualCalls(t *testing.T, store ledger.Store) {
	ask := func(rows model) {
		t.Helper()
		for _, q := range rollupQuestions(t) {
			want := rows.aggregate(q)
			for i := range want {
				want[i].Latency = ledger.Latency{}
			}
			equal(t, want, aggregate(t, store, q))
			keptEqual(t, store, q, rows)
		}
	}
	rows := model(RandomCalls(600, 21))
	write(t, store, rows[:400]...)
	ask(rows[:400])
	refresh(t, store)
	ask(rows[:400])

	write(t, store, rows[300:]...) // the first hundred of them again
	ask(rows)
	refresh(t, store)
	ask(rows)

	for i := range rows[:50] {
		rows[i].Cost.Amount, rows[i].User, rows[i].Revision = money("0.5"), "repriced", 1
	}
	write(t, store, rows[:50]...)
	rows[60].Billable = false
	rows[60].Received = rows[60].Received.Add(time.Hour)
	write(t, store, rows[60])
	ask(rows)
	refresh(t, store)
	refresh(t, store)
	ask(rows)
}

func rollupEligibility(t *testing.T, store ledger.Store) {
	rows := model(RandomCalls(200, 22))
	write(t, store, rows...)
	for _, q := range []ledger.Query{
		{By: []ledger.Dimension{ledger.ByStep}},
		{By: []ledger.Dimension{"tag:project"}},
		{Where: []ledger.Condition{{Dimension: ledger.ByStatus, Values: []string{"error"}}}},
		{From: noon.Add(-time.Hour)},
		{By: []ledger.Dimension{ledger.ByHour}, Zone: zone(t, "Asia/Kolkata")},
	} {
		q.TotalsOnly = true
		if grain, ok := q.Rollup(); ok {
			t.Errorf("%+v: answered by %s", q, grain)
		}
		want := rows.aggregate(q)
		for i := range want {
			want[i].Latency = ledger.Latency{}
		}
		equal(t, want, aggregate(t, store, q))
		keptEqual(t, store, q, rows)
	}
}

// keptEqual compares the sums of the calls that are stored, of which the model has all.
func keptEqual(t *testing.T, store ledger.Store, q ledger.Query, stored model) {
	t.Helper()
	got, err := store.KeptSums(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.Limit, q.TotalsOnly = 0, false
	want := stored.aggregate(q)
	for i := range want {
		want[i].Latency = ledger.Latency{}
	}
	want = slices.DeleteFunc(want, func(g ledger.Group) bool { return g.Totals.Calls == 0 })
	for _, groups := range [][]ledger.Group{want, got} {
		slices.SortFunc(groups, func(a, b ledger.Group) int { return slices.Compare(a.Key, b.Key) })
	}
	equal(t, want, got)
}

package ledgertest

import (
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func creditsAreSummed(t *testing.T, store ledger.Store) {
	rows := model(RandomCalls(200, 53))
	for i := range rows {
		if i%3 == 0 {
			rows[i].Usage[usage.NanoCredits] = int64(i) * 1_234_567_891
		}
	}
	write(t, store, rows...)
	refresh(t, store)
	day := noon.Truncate(24 * time.Hour)
	for _, q := range []ledger.Query{
		{},
		{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByModel}},
		{By: []ledger.Dimension{ledger.ByStep}, From: day.Add(-10 * time.Hour), Until: day.Add(7 * time.Hour)},
		{By: []ledger.Dimension{ledger.ByDay, ledger.ByUser}},
	} {
		equal(t, rows.aggregate(q), aggregate(t, store, q))
		keptEqual(t, store, q, rows)
		q.TotalsOnly = true
		sums := rows.aggregate(q)
		for i := range sums {
			sums[i].Latency = ledger.Latency{}
		}
		equal(t, sums, aggregate(t, store, q))
	}
	var want, got int64
	for i := range rows {
		if rows[i].Billable {
			want += rows[i].Usage[usage.NanoCredits]
		}
	}
	for offset := 0; ; offset += 50 {
		found, err := store.Traces(t.Context(), ledger.TraceQuery{From: day.AddDate(0, 0, -60), Until: day.AddDate(0, 0, 60), Limit: 50, Offset: offset})
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			got += found[i].Totals.NanoCredits
		}
		if len(found) < 50 {
			break
		}
	}
	equal(t, want, got)
}

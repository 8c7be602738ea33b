package ledgertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// extent is the period that holds all of a part.
func extent(t *testing.T, store ledger.Store, part ledger.Part) (from, until time.Time) {
	t.Helper()
	first, last, err := store.Extent(context.Background(), part, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if first.IsZero() {
		return first, last
	}
	return first, last.Add(1)
}

func everyPart(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	for _, part := range []ledger.Part{ledger.PartRows, ledger.PartSums, ledger.PartPastCosts, ledger.PartLogs, ledger.PartResults} {
		if first, last := extent(t, store, part); !first.IsZero() || !last.IsZero() {
			t.Errorf("%s of an empty ledger: %s to %s", part, first, last)
		}
	}
	full, agent, record := fullCall(), fullSpan(), fullLog()
	full.Billable = true
	agent.Start = full.Start.Add(-time.Hour)
	past := ledger.PastCost{
		TraceID: full.TraceID, SpanID: full.SpanID, Start: full.Start, Revision: 2,
		Cost: full.Cost, Replaced: full.Received.Add(time.Hour),
	}
	past.Cost.Vendor = nil
	writeBatch(t, store, ledger.Batch{Calls: []ledger.Call{full}, Spans: []ledger.AgentSpan{agent}})
	writeLogs(t, store, record)
	writeResults(t, store, fullResult())
	if err := store.KeepCosts(ctx, []ledger.PastCost{past}); err != nil {
		t.Fatal(err)
	}

	from, until := extent(t, store, ledger.PartRows)
	equal(t, agent.Start, from)
	equal(t, full.Start.Add(1), until)
	first, last, err := store.Extent(ctx, ledger.PartRows, agent.Start.Add(1))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, [2]time.Time{full.Start, full.Start}, [2]time.Time{first, last})
	from, until = extent(t, store, ledger.PartPastCosts)
	costs, err := store.PastCostsBetween(ctx, from, until)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.PastCost{past}, costs)
	from, until = extent(t, store, ledger.PartLogs)
	logs, err := store.LogsBetween(ctx, from, until)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Log{record}, logs)
	from, until = extent(t, store, ledger.PartResults)
	results, err := store.ResultsBetween(ctx, from, until)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Result{fullResult()}, results)
	from, until = extent(t, store, ledger.PartSums)
	equal(t, full.Start.Truncate(time.Hour), from)
	sums, err := store.Sums(ctx, from, until)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Sum{sumOf(full)}, sums)

	// A period has its start and not its end.
	for _, empty := range []func(from, until time.Time) (int, error){
		func(from, until time.Time) (int, error) {
			found, err := store.PastCostsBetween(ctx, from, until)
			return len(found), err
		},
		func(from, until time.Time) (int, error) {
			found, err := store.LogsBetween(ctx, from, until)
			return len(found), err
		},
		func(from, until time.Time) (int, error) {
			found, err := store.ResultsBetween(ctx, from, until)
			return len(found), err
		},
	} {
		for _, period := range [][2]time.Time{{noon.Add(-time.Hour), noon}, {noon.Add(1), noon.Add(time.Hour)}} {
			if n, err := empty(period[0], period[1]); err != nil || n != 0 {
				t.Errorf("%d rows from %s to %s, %v", n, period[0], period[1], err)
			}
		}
	}
}

// sumOf is the sum of one call.
func sumOf(c ledger.Call) ledger.Sum {
	s := ledger.Sum{
		Hour: c.Start.Truncate(time.Hour), User: c.User, Department: c.Department, Application: c.Application, Team: c.Team,
		CostCenter: c.CostCenter, Environment: c.Environment, Workflow: c.Workflow, Agent: c.Agent, Service: c.Service,
		Provider: c.Provider, Model: c.Model(), Operation: c.Operation, CostStatus: c.Cost.Status,
		Calls: 1, Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], CacheRead: c.Usage[usage.CacheRead], CacheWrite: c.Usage[usage.CacheWrite],
		Reasoning: c.Usage[usage.Reasoning], Duration: c.Duration, NanoCredits: c.Usage[usage.NanoCredits],
	}
	if c.Error {
		s.Errors = 1
	}
	if c.Cost.Amount != nil {
		s.Cost = *c.Cost.Amount
	}
	return s
}

// keptSums takes over the sums of a day that is within the store's own
// retention.
func keptSums(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	day := noon.Truncate(24*time.Hour).AddDate(0, 0, -20)
	rows := model(RandomCalls(200, 41))
	var sums []ledger.Sum
	for i := range rows {
		rows[i].Start = day.Add(time.Duration(i) * 7 * time.Minute)
		if rows[i].Billable {
			sums = append(sums, sumOf(rows[i]))
		}
	}
	recent := model(RandomCalls(50, 42))
	for i := range recent {
		recent[i].TraceID = trace(uint64(9000 + i))
	}
	write(t, store, recent...)
	refresh(t, store)
	want := ledger.NewSums(sums)
	if err := store.KeepSums(ctx, day, want); err != nil {
		t.Fatal(err)
	}
	all := append(slices.Clone(rows), recent...)
	check := func() {
		t.Helper()
		stored, err := store.Calls(ctx, day.AddDate(0, 0, -40), day.AddDate(0, 0, 60))
		if err != nil {
			t.Fatal(err)
		}
		keptEqual(t, store, ledger.Query{By: []ledger.Dimension{ledger.ByUser, ledger.ByModel}}, stored)
		keptEqual(t, store, ledger.Query{From: day, Until: day.AddDate(0, 0, 1), By: []ledger.Dimension{ledger.ByHour}}, stored)
		got, err := store.Sums(ctx, day, day.AddDate(0, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, want, ledger.NewSums(got))
		for _, by := range [][]ledger.Dimension{{ledger.ByUser, ledger.ByModel}, {ledger.ByDay}, {ledger.ByHour, ledger.ByCostStatus}} {
			groups := all.aggregate(ledger.Query{By: by, TotalsOnly: true})
			for i := range groups {
				groups[i].Latency = ledger.Latency{}
			}
			equal(t, groups, totalsBy(t, store, by...))
		}
	}
	check()
	refresh(t, store)
	check()
	write(t, store, rows[:20]...) // a collector delivers some of its calls again
	check()
	refresh(t, store)
	check()

	// Who is forgotten is so in sums taken over, too.
	if _, err := store.Forget(ctx, "u-1"); err != nil {
		t.Fatal(err)
	}
	for _, group := range totalsBy(t, store, ledger.ByUser) {
		if group.Key[0] == "u-1" {
			t.Errorf("%+v is still there", group)
		}
	}
}

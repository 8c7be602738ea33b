package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

func aggregateByEveryDimension(t *testing.T, store ledger.Store) {
	rows := RandomCalls(1500, 1)
	write(t, store, rows...)
	for _, d := range append([]ledger.Dimension{"tag:project", "tag:nobody"}, ledger.Dimensions...) {
		t.Run(string(d), func(t *testing.T) {
			q := ledger.Query{By: []ledger.Dimension{d}}
			equal(t, model(rows).aggregate(q), aggregate(t, store, q))
		})
	}
}

func aggregateByTwoDimensions(t *testing.T, store ledger.Store) {
	rows := RandomCalls(800, 2)
	write(t, store, rows...)
	for _, by := range [][]ledger.Dimension{
		{ledger.ByDepartment, ledger.ByModel},
		{ledger.ByDay, ledger.ByUser, "tag:project"},
		{"tag:other", "tag:project"},
	} {
		q := ledger.Query{By: by}
		equal(t, model(rows).aggregate(q), aggregate(t, store, q))
	}
}

func totalsAddUp(t *testing.T, store ledger.Store) {
	write(t, store, RandomCalls(1000, 4)...)
	whole := aggregate(t, store, ledger.Query{})[0].Totals
	for _, d := range ledger.Dimensions {
		var cost udecimal.Decimal
		var calls int64
		for _, g := range aggregate(t, store, ledger.Query{By: []ledger.Dimension{d}}) {
			cost = cost.Add(g.Totals.Cost)
			calls += g.Totals.Calls
		}
		equal(t, whole.Cost, cost)
		equal(t, whole.Calls, calls)
	}
}

func aggregateConditions(t *testing.T, store ledger.Store) {
	rows := RandomCalls(800, 5)
	write(t, store, rows...)
	berlin := zone(t, "Europe/Berlin")
	for _, where := range [][]ledger.Condition{
		{{Dimension: ledger.ByUser, Values: []string{"u-1", "u-2"}}},
		{{Dimension: ledger.ByUser, Values: []string{"u-1", ""}, Not: true}},
		{{Dimension: ledger.ByUser, Values: []string{"nobody's"}}},
		{{Dimension: ledger.ByUser}},
		{{Dimension: ledger.ByUser, Not: true}},
		{{Dimension: ledger.ByStatus, Values: []string{"error"}}, {Dimension: "tag:project", Values: []string{"apollo"}}},
		{{Dimension: ledger.ByDay, Values: []string{"2026-10-26"}}},
		{{Dimension: ledger.ByUser, Values: []string{"' OR 1=1 --", `\`, "u-1"}}},
	} {
		q := ledger.Query{By: []ledger.Dimension{ledger.ByModel}, Where: where, Zone: berlin}
		equal(t, model(rows).aggregate(q), aggregate(t, store, q))
	}
}

// modelAliases holds for the calls and for the rollups.
func modelAliases(t *testing.T, store ledger.Store) {
	rows := RandomCalls(600, 23)
	write(t, store, rows...)
	refresh(t, store)
	renamed := slices.Clone(rows)
	for i := range renamed {
		if renamed[i].Model() == "claude-haiku-4-5" {
			renamed[i].ResponseModel = "gpt-5-2025-08-07"
		}
	}
	aliases := map[string]string{"claude-haiku-4-5": "gpt-5-2025-08-07", "unused": "x"}
	dated := ledger.Condition{Dimension: ledger.ByModel, Values: []string{"gpt-5-2025-08-07"}}
	for _, q := range []ledger.Query{
		{By: []ledger.Dimension{ledger.ByModel}},
		{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByModel}, Where: []ledger.Condition{dated}},
		{By: []ledger.Dimension{ledger.ByModel, ledger.ByDay}, TotalsOnly: true, Where: []ledger.Condition{dated}},
	} {
		want := model(renamed).aggregate(q)
		for i := range want {
			if q.TotalsOnly {
				want[i].Latency = ledger.Latency{}
			}
		}
		q.ModelAliases = aliases
		equal(t, want, aggregate(t, store, q))
	}
}

func periodIsHalfOpen(t *testing.T, store ledger.Store) {
	first, second := call(1, 1), call(1, 2)
	second.Start = first.Start.Add(time.Nanosecond)
	write(t, store, first, second)
	for _, test := range []struct {
		from, until time.Time
		want        int64
	}{
		{first.Start, second.Start, 1},
		{first.Start, second.Start.Add(time.Nanosecond), 2},
		{second.Start, time.Time{}, 1},
		{time.Time{}, first.Start, 0},
		{first.Start, first.Start, 0},
	} {
		equal(t, test.want, aggregate(t, store, ledger.Query{From: test.from, Until: test.until})[0].Totals.Calls)
	}
}

func aggregateLimit(t *testing.T, store ledger.Store) {
	rows := RandomCalls(400, 6)
	write(t, store, rows...)
	q := ledger.Query{By: []ledger.Dimension{ledger.ByHour}, Limit: 7}
	equal(t, model(rows).aggregate(q), aggregate(t, store, q))
}

// callsOnly holds for the calls and for the rollups.
func callsOnly(t *testing.T, store ledger.Store) {
	rows := RandomCalls(400, 7)
	write(t, store, rows...)
	refresh(t, store)
	for _, q := range []ledger.Query{
		{},
		{By: []ledger.Dimension{ledger.ByRequestModel, ledger.ByModel, ledger.ByStatus}, Limit: 5},
		{By: []ledger.Dimension{ledger.ByConversation}, Where: []ledger.Condition{{Dimension: ledger.ByStatus, Values: []string{"error"}}}},
		{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByDay}, TotalsOnly: true},
	} {
		every := q
		every.Limit = 0
		var want []ledger.Group
		for _, g := range model(rows).aggregate(every) {
			want = append(want, ledger.Group{Key: g.Key, Totals: ledger.Totals{Calls: g.Totals.Calls}})
		}
		slices.SortFunc(want, func(a, b ledger.Group) int { return slices.Compare(a.Key, b.Key) })
		if q.Limit > 0 {
			want = want[:q.Limit]
		}
		q.CallsOnly = true
		equal(t, want, aggregate(t, store, q))
	}
}

func zones(t *testing.T, store ledger.Store) {
	var rows []ledger.Call
	// Every quarter of an hour around the end of summer time in Europe.
	for i := range 400 {
		c := call(uint64(i), uint64(i+1))
		c.Start = time.Date(2026, 10, 23, 20, 0, 0, 0, time.UTC).Add(time.Duration(i) * 15 * time.Minute)
		c.Cost.Amount = money(fmt.Sprintf("0.%03d", i+1))
		rows = append(rows, c)
	}
	write(t, store, rows...)
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati"} {
		for _, d := range []ledger.Dimension{ledger.ByDay, ledger.ByHour, ledger.ByMonth, ledger.ByHourOfWeek} {
			for _, from := range []time.Time{{}, rows[10].Start} {
				q := ledger.Query{By: []ledger.Dimension{d}, Zone: zone(t, name), From: from}
				equal(t, model(rows).aggregate(q), aggregate(t, store, q))
			}
		}
	}
	q := ledger.Query{By: []ledger.Dimension{ledger.ByHour}, Zone: time.FixedZone("", -7*60*60-30*60)}
	equal(t, model(rows).aggregate(q), aggregate(t, store, q))
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func totalOfNothing(t *testing.T, store ledger.Store) {
	equal(t, []ledger.Group{{Key: []string{}}}, aggregate(t, store, ledger.Query{}))
	equal(t, 0, len(aggregate(t, store, ledger.Query{By: []ledger.Dimension{ledger.ByUser}})))
	traces, err := store.Traces(context.Background(), ledger.TraceQuery{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, 0, len(traces))
}

func unbillableCalls(t *testing.T, store ledger.Store) {
	wrapper := call(1, 1)
	wrapper.Billable = false
	write(t, store, wrapper, call(1, 2))
	equal(t, 1, countOf(t, store))
	equal(t, 2, len(readTrace(t, store, wrapper.TraceID).Calls))
}

func extremeAmounts(t *testing.T, store ledger.Store) {
	amounts := []string{
		"99999999999999999999.999999999999999999",
		"-99999999999999999999.999999999999999999",
		"0.000000000000000001",
		"0.000000000000000001",
		"18446744073709551616.5",
		"-0.3",
	}
	var rows model
	for i, a := range amounts {
		c := call(1, uint64(i+1))
		c.Cost.Amount = money(a)
		rows = append(rows, c)
	}
	write(t, store, rows...)
	equal(t, "18446744073709551616.200000000000000002", aggregate(t, store, ledger.Query{})[0].Totals.Cost.String())
	equal(t, []ledger.Call(rows), readTrace(t, store, trace(1)).Calls)
}

func unicodeText(t *testing.T, store ledger.Store) {
	var rows model
	for i, s := range []string{"Ärzte", "日本語", "🚀 rocket", "a'b\"c`d\\e", "tab\tnewline\n", "(unattributed)", "na\u00efve", "nai\u0308ve"} {
		c := call(uint64(i), uint64(i+1))
		c.User, c.Tags = s, map[string]string{"project": s, s: "by key"}
		c.Cost.Amount = money(fmt.Sprintf("0.%d", i+1))
		rows = append(rows, c)
	}
	write(t, store, rows...)
	for _, by := range []ledger.Dimension{ledger.ByUser, "tag:project", "tag:日本語", "tag:a'b\"c`d\\e", "tag:tab\tnewline\n"} {
		q := ledger.Query{By: []ledger.Dimension{by}}
		equal(t, rows.aggregate(q), aggregate(t, store, q))
	}
	for _, c := range rows {
		q := ledger.Query{Where: []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{c.User}}}}
		equal(t, 1, aggregate(t, store, q)[0].Totals.Calls)
	}
}

func impossibleQuestions(t *testing.T, store ledger.Store) {
	for _, test := range []struct {
		name  string
		query ledger.Query
		field string
	}{
		{"an unknown dimension", ledger.Query{By: []ledger.Dimension{"user_id; DROP TABLE llm_calls"}}, "By"},
		{"a tag without a key", ledger.Query{By: []ledger.Dimension{"tag:"}}, "By"},
		{"a condition on an unknown dimension", ledger.Query{Where: []ledger.Condition{{Dimension: "x"}}}, "Where"},
		{"an end before the start", ledger.Query{From: noon, Until: noon.Add(-1)}, "Until"},
		{"a negative limit", ledger.Query{Limit: -1}, "Limit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := store.Aggregate(context.Background(), test.query)
			var queryError *ledger.QueryError
			if !errors.As(err, &queryError) {
				t.Fatalf("want a *ledger.QueryError, got %v", err)
			}
			equal(t, test.field, queryError.Field)
		})
	}
	_, err := store.Traces(context.Background(), ledger.TraceQuery{Order: "alphabetical"})
	var queryError *ledger.QueryError
	if !errors.As(err, &queryError) {
		t.Fatalf("want a *ledger.QueryError, got %v", err)
	}
}

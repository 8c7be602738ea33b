package clickhouse_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

var readFrom = regexp.MustCompile(`ReadFromMergeTree \(([^)]+)\)`)

// A projection is used only where its sums are written as those of the question: what is
// changed in one place only makes reports slow, and nothing else.
func TestCoarserSums_AreReadWhereTheyHaveTheDimensions(t *testing.T) {
	store := open(t)
	server, _ := clickhousetest.Shared(t)
	midnight := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for grain, table := range map[string]string{"hour": "cost_hourly_rows", "day": "cost_daily_rows"} {
		execute(t, server, store.Database(),
			fmt.Sprintf(`INSERT INTO %s (bucket, run, user_id, department, agent, model, cost_status, calls, cost)
				SELECT toDateTime('2026-11-02 00:00:00', 'UTC'), '00000000-0000-0000-0000-000000000001', concat('u-', toString(intDiv(number, 4))), 'claims',
					toString(number %% 2), toString(intDiv(number, 2) %% 2), 'priced', 1, 0.000000000000000001 FROM numbers(100000)`, table),
			fmt.Sprintf(`INSERT INTO rollup_runs SELECT '%s', toDateTime('2026-11-02 00:00:00', 'UTC'), '00000000-0000-0000-0000-000000000001', now64(6, 'UTC')`, grain))
	}
	by := func(dimensions ...ledger.Dimension) ledger.Query { return ledger.Query{By: dimensions} }
	where := func(q ledger.Query, d ledger.Dimension, value string) ledger.Query {
		q.Where = []ledger.Condition{{Dimension: d, Values: []string{value}}}
		return q
	}
	type question struct {
		q         ledger.Query
		day, hour string // what is read
	}
	questions := []question{
		{by(), "without_user", "without_user"},
		{by(ledger.ByDay), "without_user", "without_user"},
		{by(ledger.ByMonth, ledger.ByDepartment), "without_user", "without_user"},
		{by(ledger.ByDepartment, ledger.ByUser), "by_attribution", "cost_hourly_rows"},
		{where(by(ledger.ByUser), ledger.ByDepartment, "claims"), "by_attribution", "cost_hourly_rows"},
		{where(by(ledger.ByDepartment), ledger.ByUser, "u-7"), "by_attribution", "cost_hourly_rows"},
		{where(by(ledger.ByUser), ledger.ByModel, "1"), "cost_daily_rows", "cost_hourly_rows"},
		{by(ledger.ByUser, ledger.ByModel), "cost_daily_rows", "cost_hourly_rows"},
	}
	for _, d := range ledger.RollupDimensions {
		want := question{by(d), "without_user", "without_user"}
		if d == ledger.ByUser {
			want.day, want.hour = "by_attribution", "cost_hourly_rows"
		}
		questions = append(questions, want)
	}
	for _, question := range questions {
		for until, want := range map[time.Time]string{midnight.Add(24 * time.Hour): question.day, midnight.Add(time.Hour): question.hour} {
			q := question.q
			q.From, q.Until, q.TotalsOnly, q.Limit = midnight, until, true, 20
			plan, err := clickhouse.Plan(t.Context(), store, q)
			if err != nil {
				t.Fatal(err)
			}
			var read []string
			for _, found := range readFrom.FindAllStringSubmatch(plan, -1) {
				read = append(read, found[1][strings.LastIndex(found[1], ".")+1:])
			}
			if !slices.Equal(read, []string{want}) {
				t.Errorf("by %v where %v until %s: %v is read, expected %s\n%s", q.By, q.Where, until, read, want, plan)
			}
			groups, err := store.Aggregate(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var calls int64
			for _, g := range groups {
				calls += g.Totals.Calls
				if want := fmt.Sprintf("0.%018d", g.Totals.Calls); g.Totals.Cost.StringFixed(18) != want {
					t.Errorf("by %v where %v: %d calls cost %s, expected %s", q.By, q.Where, g.Totals.Calls, g.Totals.Cost, want)
				}
			}
			if len(groups) < q.Limit && len(q.Where) == 0 && calls != 100_000 {
				t.Errorf("by %v: %d calls, expected 100000", q.By, calls)
			}
		}
	}
}

// The server sums up what an earlier version stored.
func TestCoarserSums_OfAnEarlierVersionAreMade(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store := openAlone(t, server.DSN(database))
	if err := store.MigrateTo(t.Context(), 17); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"cost_hourly_rows", "cost_daily_rows"} {
		execute(t, server, database, "INSERT INTO "+table+" (bucket, department, calls) VALUES (now(), 'claims', 1)")
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	const want = "cost_daily_rows\tby_attribution\t1\ncost_daily_rows\twithout_user\t1\ncost_hourly_rows\twithout_user\t1"
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		got, err := server.QueryIn(t.Context(), database, `SELECT table, name, sum(rows) FROM system.projection_parts
			WHERE active AND database = currentDatabase() GROUP BY table, name ORDER BY table, name`)
		if err != nil {
			t.Fatal(err)
		}
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("projections after a minute:\n%s\nexpected:\n%s", got, want)
		}
	}
}

package budget_test

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func newLedger(t *testing.T) ledger.Store {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	return store
}

var calls uint64

func spend(t *testing.T, store ledger.Store, at time.Time, department, cost string) {
	t.Helper()
	calls++
	amount := udecimal.MustParse(cost)
	c := ledger.Call{
		Start: at, Received: at, Duration: time.Second, Department: department, Tags: map[string]string{"tier": "gold"}, RequestModel: "gpt-5",
		Role: semconv.RoleLLM, Billable: true, Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}
	binary.BigEndian.PutUint64(c.TraceID[:], calls)
	binary.BigEndian.PutUint64(c.SpanID[:], calls)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
}

func plan(t *testing.T, text string) *budget.Plan {
	t.Helper()
	p, err := budget.ReadPlan(strings.NewReader(text))
	require.NoError(t, err)
	return p
}

func TestBudget_APlanIsRead(t *testing.T) {
	file, err := os.Open("testdata/plan.yaml")
	require.NoError(t, err)
	defer file.Close()
	p, err := budget.ReadPlan(file)
	require.NoError(t, err)
	assert.Equal(t, "Europe/Berlin", p.Zone.String())
	require.Len(t, p.Budgets, 3)
	assert.Equal(t, budget.Monthly, p.Budgets[0].Every)
	assert.Empty(t, p.Budgets[0].Scope)
	assert.Equal(t, "80", p.Budgets[0].Soft.String())
	assert.Equal(t, []ledger.Condition{
		{Dimension: ledger.ByDepartment, Values: []string{""}},
		{Dimension: "tag:tier", Values: []string{"gold"}},
	}, p.Budgets[2].Scope)
}

func TestBudget_BadPlansAreNamedWithTheirFix(t *testing.T) {
	for text, want := range map[string]string{
		`budgets: [{amount: "1"}]`:                                  `budgets[0].name "": give each budget a name of its own`,
		`budgets: [{name: a, amount: "1"}, {name: a, amount: "1"}]`: `budgets[1].name "a"`,
		`budgets: [{name: a, amount: "1", every: year}]`:            `budgets[0].every "year": expected month, week or day`,
		`budgets: [{name: a, amount: "much"}]`:                      `budgets[0].amount "much": expected a decimal number`,
		`budgets: [{name: a, amount: "0"}]`:                         `budgets[0].amount "0"`,
		`budgets: [{name: a, amount: "1", soft: "120"}]`:            "is above hard 100",
		`budgets: [{name: a, amount: "1", scope: {colour: red}}]`:   `budgets[0].scope: unknown dimension "colour"`,
		`{zone: Mars, budgets: []}`:                                 `zone "Mars": unknown time zone`,
		`budgets: [{name: a, amount: "1", limit: "2"}]`:             `line 1: unknown key "limit": expected one of amount, every`,
	} {
		_, err := budget.ReadPlan(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add(`budgets: [{name: a, amount: "1", scope: {department: claims}, every: week, soft: "50"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := budget.ReadPlan(strings.NewReader(text))
		if err == nil {
			require.NotNil(t, p.Zone)
		}
	})
}

func one(t *testing.T, store ledger.Store, text string, now time.Time) budget.Status {
	t.Helper()
	statuses, err := plan(t, text).Statuses(t.Context(), store, now)
	require.NoError(t, err)
	require.Len(t, statuses, 1)
	return statuses[0]
}

func TestStates(t *testing.T) {
	now := time.Date(2026, 10, 16, 0, 0, 0, 0, time.UTC)
	const text = `budgets: [{name: b, amount: "100", scope: {department: claims}}]`
	for name, c := range map[string]struct {
		spent string
		want  budget.State
	}{
		"little is spent":                 {"10", budget.OK},
		"a hair below the soft threshold": {"79.999999999999999999", budget.OK},
		"the soft threshold exactly":      {"80", budget.Warning},
		"a hair below the hard threshold": {"99.999999999999999999", budget.Warning},
		"the hard threshold exactly":      {"100", budget.Exceeded},
		"far beyond":                      {"1000000", budget.Exceeded},
	} {
		t.Run(name, func(t *testing.T) {
			store := newLedger(t)
			spend(t, store, now.AddDate(0, 0, -3), "claims", c.spent)
			spend(t, store, now.AddDate(0, 0, -3), "support", "999")
			s := one(t, store, text, now)
			assert.Equal(t, c.want, s.State)
			assert.Equal(t, c.spent, s.Spent.String())
		})
	}
}

func TestBudget_BurnAndForecast(t *testing.T) {
	store := newLedger(t)
	now := time.Date(2026, 10, 16, 0, 0, 0, 0, time.UTC)
	for day := range 15 {
		spend(t, store, time.Date(2026, 10, 1+day, 12, 0, 0, 0, time.UTC), "claims", "4")
	}
	s := one(t, store, `budgets: [{name: b, amount: "100"}]`, now)
	assert.Equal(t, budget.Foreseen, s.State, "60 of 100 in half the month")
	assert.Equal(t, "124", s.Forecast.Expected.String())
	assert.InDelta(t, 0.6, s.Used, 1e-9)
	assert.InDelta(t, 1.24, s.Burn, 1e-9)
	require.NotNil(t, s.Left)
	assert.InDelta(t, (10 * 24 * time.Hour).Seconds(), s.Left.Seconds(), 1, "40 more at 4 a day")

	quiet := one(t, store, `budgets: [{name: b, amount: "1000"}]`, now)
	assert.Equal(t, budget.OK, quiet.State)
	assert.Nil(t, quiet.Left, "not within the month")
}

func TestBudget_CyclesFollowTheZone(t *testing.T) {
	store := newLedger(t)
	// Sunday 25 October 2026, 23:30 in UTC: Monday in Berlin, whose clocks have
	// just changed.
	now := time.Date(2026, 10, 25, 23, 30, 0, 0, time.UTC)
	week := one(t, store, `{zone: Europe/Berlin, budgets: [{name: b, amount: "1", every: week}]}`, now)
	assert.Equal(t, "2026-10-26", week.Period.From.Format(time.DateOnly))
	week = one(t, store, `budgets: [{name: b, amount: "1", every: week}]`, now)
	assert.Equal(t, "2026-10-19", week.Period.From.Format(time.DateOnly))
	day := one(t, store, `{zone: Europe/Berlin, budgets: [{name: b, amount: "1", every: day}]}`, now.Add(-2*time.Hour))
	assert.Equal(t, 25*time.Hour, day.Period.Until.Sub(day.Period.From))
}

package budget_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/budget"
)

func TestExporter_BudgetsAreGivenToPrometheus(t *testing.T) {
	store := newLedger(t)
	spend(t, store, time.Now().UTC(), "claims", "85")
	exporter := budget.NewExporter(plan(t, `budgets: [{name: claims, amount: "100", every: day, scope: {department: claims}}]`), store)
	begin := time.Now().UTC().Truncate(24 * time.Hour)
	require.NoError(t, testutil.CollectAndCompare(exporter, strings.NewReader(fmt.Sprintf(`
# HELP spanledger_budget_amount_usd Amount planned for the period.
# TYPE spanledger_budget_amount_usd gauge
spanledger_budget_amount_usd{budget="claims",period="day"} 100
# HELP spanledger_budget_burn_rate Burn rate of the last 24 hours; at 1 the budget is used up exactly at the end of the period.
# TYPE spanledger_budget_burn_rate gauge
spanledger_budget_burn_rate{budget="claims",period="day"} 0.85
# HELP spanledger_budget_period_end_timestamp_seconds When the next period begins.
# TYPE spanledger_budget_period_end_timestamp_seconds gauge
spanledger_budget_period_end_timestamp_seconds{budget="claims",period="day"} %d
# HELP spanledger_budget_period_start_timestamp_seconds When the period began.
# TYPE spanledger_budget_period_start_timestamp_seconds gauge
spanledger_budget_period_start_timestamp_seconds{budget="claims",period="day"} %d
# HELP spanledger_budget_spent_usd Amount spent in the period so far.
# TYPE spanledger_budget_spent_usd gauge
spanledger_budget_spent_usd{budget="claims",period="day"} 85
# HELP spanledger_budget_state 1 for the state of the budget, 0 for the other states.
# TYPE spanledger_budget_state gauge
spanledger_budget_state{budget="claims",period="day",state="exceeded"} 0
spanledger_budget_state{budget="claims",period="day",state="foreseen"} 0
spanledger_budget_state{budget="claims",period="day",state="ok"} 0
spanledger_budget_state{budget="claims",period="day",state="warning"} 1
# HELP spanledger_budget_up 1 if the ledger could be queried, otherwise 0.
# TYPE spanledger_budget_up gauge
spanledger_budget_up 1
`, begin.AddDate(0, 0, 1).Unix(), begin.Unix()))))
	problems, err := testutil.CollectAndLint(exporter)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

// countingReader counts questions, and fails them when told to.
type countingReader struct {
	ledger.Reader
	asked int
	err   error
}

func (r *countingReader) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	r.asked++
	if r.err != nil {
		return nil, r.err
	}
	return r.Reader.Aggregate(ctx, q)
}

func TestExporter_ScrapesDoNotKeepTheStoreBusy(t *testing.T) {
	reader := &countingReader{Reader: newLedger(t)}
	exporter := budget.NewExporter(plan(t, `budgets: [{name: a, amount: "1"}]`), reader)
	testutil.CollectAndCount(exporter)
	once := reader.asked
	testutil.CollectAndCount(exporter)
	assert.Equal(t, once, reader.asked)
}

func TestExporter_BudgetsOfOneScopeAskOnce(t *testing.T) {
	store := newLedger(t)
	now := time.Date(2026, 10, 16, 7, 30, 0, 0, time.UTC)
	for day := range 12 {
		spend(t, store, now.AddDate(0, 0, -day).Add(-time.Hour), "claims", "1")
		spend(t, store, now.AddDate(0, 0, -day).Add(-time.Hour), "support", "10")
	}
	ask := func(text string) (budget.Statuses, int) {
		reader := &countingReader{Reader: store}
		statuses, err := plan(t, text).Statuses(t.Context(), reader, now)
		require.NoError(t, err)
		return statuses, reader.asked
	}
	alone, once := ask(`budgets: [{name: week, amount: "100", every: week}]`)
	together, asked := ask(`budgets: [{name: month, amount: "1000"}, {name: day, amount: "50", every: day}, {name: week, amount: "100", every: week}]`)
	assert.Equal(t, once, asked)
	assert.Equal(t, alone[0], together[2], "what was remembered is what would have been answered")
	assert.Equal(t, "132", together[0].Spent.String())
	assert.Equal(t, "11", together[1].Spent.String())

	scoped, asked := ask(`budgets: [{name: all, amount: "1000"}, {name: claims, amount: "50", scope: {department: claims}}]`)
	assert.Equal(t, 2*once, asked, "another scope is another question")
	assert.Equal(t, "12", scoped[1].Spent.String())
}

func TestExporter_ALedgerThatIsDownIsReported(t *testing.T) {
	reader := &countingReader{Reader: newLedger(t), err: errors.New("down")}
	exporter := budget.NewExporter(plan(t, `budgets: [{name: a, amount: "1"}]`), reader)
	assert.Equal(t, 1, testutil.CollectAndCount(exporter), "up is 0, and nothing else is claimed")
	reader.err = nil
	assert.Greater(t, testutil.CollectAndCount(exporter), 1, "asked again at once")
}

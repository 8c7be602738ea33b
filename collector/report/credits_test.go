package report_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// copilot is a call of a department, which costs a cent for each of its credits.
func copilot(n byte, department string, nano int64) ledger.Call {
	amount := udecimal.MustFromInt64(nano, 11)
	return ledger.Call{
		TraceID: ledger.TraceID{15: n}, SpanID: ledger.SpanID{7: n}, Start: creditsMonth.Add(time.Duration(n) * time.Hour), Received: creditsMonth,
		Department: department, Provider: "github", RequestModel: "gpt-5", Role: "llm", Billable: true,
		Usage: usage.Counts{usage.Input: 10, usage.Output: 1, usage.NanoCredits: nano},
		Cost:  ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}
}

var creditsMonth = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

func TestCredits_AreAColumnOfTheirOwnWhereThereAreAny(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	write := func(calls ...ledger.Call) { require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls})) }
	month := report.Period{From: creditsMonth, Until: creditsMonth.AddDate(0, 1, 0), Zone: time.UTC}
	cells := func() (cost, statement [][]any) {
		answer, err := report.Cost(t.Context(), store, report.CostQuestion{Period: month, By: []ledger.Dimension{ledger.ByDepartment}})
		require.NoError(t, err)
		made, err := chargeback.New(t.Context(), store, month, chargeback.Rules{})
		require.NoError(t, err)
		lines, departments := answer.Document().Tables[0], made.Document().Tables[0]
		return append(lines.Rows, lines.Total), append(departments.Rows, departments.Total)
	}

	write(copilot(1, "claims", 0))
	cost, statement := cells()
	widths := []int{len(cost[0]), len(statement[0])}

	write(copilot(2, "claims", 1_500_000_000), copilot(3, "legal", 250_000_000), copilot(4, "legal", 1))
	cost, statement = cells()
	for i, rows := range [][][]any{cost, statement} {
		credits := map[any]string{}
		for _, row := range rows {
			require.Len(t, row, widths[i]+1)
			credits[row[0]] = row[len(row)-1].(udecimal.Decimal).String()
		}
		assert.Equal(t, map[any]string{"claims": "1.5", "legal": "0.250000001", "Total": "1.750000001"}, credits)
	}
	assert.Equal(t, "0.01750000001", cost[len(cost)-1][1].(udecimal.Decimal).String(), "the amount is the vendor's, and has no credits in it")
}

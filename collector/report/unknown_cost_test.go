package report_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Three departments of one day each: one whose calls have no price, one whose
// calls are free, one with a call of each kind.
func unpricedCalls(t *testing.T) ledger.Store {
	t.Helper()
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	var batch ledger.Batch
	for i, c := range []struct{ department, status, amount string }{
		{"claims", "unpriced", ""}, {"claims", "invalid", ""},
		{"legal", "free", "0"},
		{"sales", "unpriced", ""}, {"sales", "priced", "2.5"},
	} {
		day := map[string]int{"claims": 1, "legal": 2, "sales": 3}[c.department]
		start := time.Date(2026, 10, day, 9, i, 0, 0, time.UTC)
		call := ledger.Call{
			Start: start, Received: start, Duration: time.Second, Department: c.department, RequestModel: "m-" + c.department,
			Error: true, Role: semconv.RoleLLM, Billable: true, ConversationID: "of-" + c.department, Cost: ledger.Cost{Status: c.status, Currency: "USD"},
		}
		if c.amount != "" {
			amount := udecimal.MustParse(c.amount)
			call.Cost.Amount = &amount
		}
		binary.BigEndian.PutUint64(call.TraceID[:], uint64(i+1))
		binary.BigEndian.PutUint64(call.SpanID[:], uint64(i+1))
		batch.Calls = append(batch.Calls, call)
	}
	require.NoError(t, store.Write(t.Context(), batch))
	return store
}

func written(t *testing.T, doc *format.Document, f format.Format) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, f, doc, format.Options{}))
	return out.String()
}

func TestUnknownCost_SharesOfNothingAddUp(t *testing.T) {
	store := unpricedCalls(t)
	where, err := report.ParseCondition("department=legal")
	require.NoError(t, err)
	answer, err := report.Cost(t.Context(), store, report.CostQuestion{
		Period: report.Month(2026, time.October, time.UTC), By: []ledger.Dimension{ledger.ByDepartment}, Where: []ledger.Condition{where},
	})
	require.NoError(t, err)
	require.Len(t, answer.Lines, 1)
	assert.Zero(t, answer.Lines[0].Share)
	assert.Zero(t, answer.Total.Share, "as its lines")
}

func TestUnknownCost_IsNotZero(t *testing.T) {
	store := unpricedCalls(t)
	october := report.Month(2026, time.October, time.UTC)
	byDepartment := []ledger.Dimension{ledger.ByDepartment}
	cost, err := report.Cost(t.Context(), store, report.CostQuestion{Period: october, By: byDepartment})
	require.NoError(t, err)
	daily, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: october})
	require.NoError(t, err)
	failed, err := report.Errors(t.Context(), store, report.ErrorsQuestion{Period: october, By: byDepartment})
	require.NoError(t, err)
	statement, err := chargeback.New(t.Context(), store, october, chargeback.Rules{})
	require.NoError(t, err)

	for name, tc := range map[string]struct {
		doc       *format.Document
		key, cost string
		claims    string // the row without a price
		legal     string // the free one
		total     any
	}{
		"cost":       {cost.Document(), "department", "cost_usd", "claims", "legal", "2.5"},
		"daily":      {daily.Document(), "day", "cost_usd", "2026-10-01", "2026-10-02", "2.5"},
		"errors":     {failed.Document(), "department", "cost_usd", "claims", "legal", nil},
		"chargeback": {statement.Document(), "department", "own_cost_usd", "claims", "legal", "2.5"},
	} {
		t.Run(name, func(t *testing.T) {
			var answer struct {
				Tables []struct {
					Rows  []map[string]any
					Total map[string]any
				}
			}
			require.NoError(t, json.Unmarshal([]byte(written(t, tc.doc, format.JSONFormat)), &answer))
			costs := map[any]any{}
			for _, row := range answer.Tables[0].Rows {
				costs[row[tc.key]] = row[tc.cost]
			}
			assert.Nil(t, costs[tc.claims], "no price is known")
			assert.Contains(t, costs, tc.claims)
			assert.Equal(t, "0", costs[tc.legal], "free")
			assert.Equal(t, tc.total, answer.Tables[0].Total[tc.cost])
			if name == "daily" {
				assert.Equal(t, "0", costs["2026-10-04"], "without a call")
			}
		})
	}
	t.Run("lists of runs and conversations say it", func(t *testing.T) {
		where, err := report.ParseCondition("department=claims,sales")
		require.NoError(t, err)
		claims := []ledger.Condition{where}
		runs, err := report.Traces(t.Context(), store, report.TracesQuestion{Period: october, Where: claims, Top: 10})
		require.NoError(t, err)
		conversations, err := report.Conversations(t.Context(), store, report.CallsQuestion{Period: october, Where: claims, Top: 10})
		require.NoError(t, err)
		for name, text := range map[string]string{
			"runs": written(t, runs.Document(), format.TableFormat), "conversations": written(t, conversations.Document(), format.TableFormat),
		} {
			assert.Contains(t, text, "Unpriced", name)
			assert.Contains(t, text, "2 requests of 4 have no price and are not included in the cost", name)
			assert.Contains(t, text, "1 request reported impossible usage", name)
		}
		none, err := report.Traces(t.Context(), store, report.TracesQuestion{Period: october, Where: []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{"legal"}}}, Top: 10})
		require.NoError(t, err)
		assert.NotContains(t, written(t, none.Document(), format.TableFormat), "Unpriced", "where every call has a price")
	})
	t.Run("a statement says which calls are not charged", func(t *testing.T) {
		notes := statement.Document().Notes
		assert.Contains(t, notes, "Calls without a price, which are not charged: 2.")
		assert.Contains(t, notes, "Calls with impossible usage, which are not charged: 1.")

		without := "No rules are used: there is no shared cost, no markup and no adjustment."
		assert.Contains(t, notes, without)
		for _, rules := range []chargeback.Rules{{Markup: udecimal.MustParse("5")}, {Shared: []string{"legal"}}, {Allocate: chargeback.Even}} {
			statement, err := chargeback.New(t.Context(), store, october, rules)
			require.NoError(t, err)
			assert.NotContains(t, statement.Document().Notes, without)
		}
	})
	t.Run("in tables and in CSV", func(t *testing.T) {
		assert.Regexp(t, `(?m)^claims +- +- +2 +- `, written(t, cost.Document(), format.TableFormat))
		assert.Regexp(t, `(?m)^legal +0\.0000 +0\.0% +1 +0\.0000 `, written(t, cost.Document(), format.TableFormat))
		assert.Regexp(t, `(?m)^claims,,,2,,`, written(t, cost.Document(), format.CSVFormat))
		assert.Regexp(t, `(?m)^legal,0,0,1,0,`, written(t, cost.Document(), format.CSVFormat))
	})
}

func TestUnknownCost_OfAllCallsIsNotZero(t *testing.T) {
	store := unpricedCalls(t)
	october := report.Month(2026, time.October, time.UTC)
	where, err := report.ParseCondition("department=claims")
	require.NoError(t, err)
	claims := []ledger.Condition{where}
	cost, err := report.Cost(t.Context(), store, report.CostQuestion{Period: october, By: []ledger.Dimension{ledger.ByDepartment}, Where: claims})
	require.NoError(t, err)
	daily, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: october, By: []ledger.Dimension{ledger.ByDepartment}, Where: claims})
	require.NoError(t, err)
	peaks, err := report.Peaks(t.Context(), store, report.PeaksQuestion{Period: october, Where: claims})
	require.NoError(t, err)

	for _, doc := range []*format.Document{cost.Document(), daily.Document(), peaks.Document()} {
		totals := 0
		for _, table := range doc.Tables {
			at := slices.IndexFunc(table.Columns, func(c format.Column) bool { return c.Key == "cost_usd" })
			if table.Total == nil || at < 0 {
				continue
			}
			totals++
			assert.Nil(t, table.Total[at], "%s: %s", doc.Name, table.Name)
		}
		assert.NotZero(t, totals, doc.Name)
	}
}

package report_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// Nanoseconds since 1970 as 64 bits reach from 1678 to 2262: an end beyond them
// must not become another year.
func TestCost_AnswersPeriodsThatEndFarAway(t *testing.T) {
	store, err := twoCalls(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, ends := range [][2]string{{"1600-01-01", "2026-11-01"}, {"2026-01-01", "9999-12-31"}, {"0001-01-01", "9999-12-31"}, {"1600-01-01", "2300-01-01"}} {
		period, err := report.ParsePeriod("", ends[0], ends[1], time.UTC, now)
		require.NoError(t, err, ends)
		bill, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period})
		require.NoError(t, err, ends)
		assert.EqualValues(t, 2, bill.Total.Totals.Calls, ends)
		runs, err := report.Traces(t.Context(), store, report.TracesQuestion{Period: period})
		require.NoError(t, err, ends)
		assert.Len(t, runs.Traces, 2, ends)

		from, err := time.Parse(time.DateOnly, ends[0])
		require.NoError(t, err)
		until, err := time.Parse(time.DateOnly, ends[1])
		require.NoError(t, err)
		groups, err := store.Aggregate(t.Context(), ledger.Query{From: from, Until: until})
		require.NoError(t, err, ends)
		require.Len(t, groups, 1, ends)
		assert.EqualValues(t, 2, groups[0].Totals.Calls, "the store itself, %v", ends)
	}
	for _, month := range []string{"1600-01", "9999-12"} {
		_, err := report.ParseMonth(month, time.UTC)
		assert.ErrorContains(t, err, "a ledger holds calls from 2000-01 to 2099-12", month)
	}
}

// courseOf writes calls of a department on some days of October: "5 1.5" is one of
// 1.5 dollars on the fifth.
func courseOf(t *testing.T, calls ...ledger.Call) ledger.Store {
	t.Helper()
	store, err := twoCalls(t.Context()) // of the fifth
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	return store
}

func on(day int, department, cost string) ledger.Call {
	at := time.Date(2026, 10, day, 9, 0, 0, 0, time.UTC)
	amount := udecimal.MustParse(cost)
	return ledger.Call{
		TraceID: ledger.TraceID{100, byte(day)}, SpanID: ledger.SpanID{100, byte(day), department[0]}, Start: at, Received: at, Duration: time.Second,
		Department: department, RequestModel: "gpt-5", Billable: true, Role: "llm",
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}
}

var october = report.Month(2026, time.October, time.UTC)

func TestCost_ByTimeIsInTheOrderOfTime(t *testing.T) {
	store := courseOf(t, on(7, "claims", "9"), on(9, "claims", "1"), on(9, "support", "3"))
	days := func(q report.CostQuestion) (labels [][]string) {
		q.Period = october
		bill, err := report.Cost(t.Context(), store, q)
		require.NoError(t, err)
		for _, line := range bill.Lines {
			labels = append(labels, line.Labels)
		}
		return labels
	}
	byDay := []ledger.Dimension{ledger.ByDay}
	assert.Equal(t, [][]string{{"2026-10-05"}, {"2026-10-07"}, {"2026-10-09"}}, days(report.CostQuestion{By: byDay}))
	assert.Equal(t, [][]string{{"2026-10-07"}, {"2026-10-09"}}, days(report.CostQuestion{By: byDay, Top: 2}), "the most expensive, in order of time")
	assert.Equal(t, [][]string{{"2026-10-07"}, {"2026-10-09"}, {"2026-10-05"}}, days(report.CostQuestion{By: byDay, Sort: "cost"}), "unless asked for otherwise")
	assert.Equal(t, [][]string{
		{"claims", "2026-10-05"}, {"support", "2026-10-05"}, {"claims", "2026-10-07"}, {"support", "2026-10-09"}, {"claims", "2026-10-09"},
	}, days(report.CostQuestion{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByDay}}))
}

func TestDaily_BeginsWithTheFirstDayThatHasCalls(t *testing.T) {
	store := courseOf(t, on(7, "claims", "9"))
	answer, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: october})
	require.NoError(t, err)
	assert.Equal(t, 4, answer.Empty)
	assert.Equal(t, "2026-10-05", answer.Days[0].Date)
	assert.Len(t, answer.Days, 27, "days without calls that follow are kept: they say that spending stopped")
	assert.Contains(t, answer.Document().Notes, "The period has no calls before 2026-10-05.")

	far, err := report.ParsePeriod("", "2026-10-01", "9999-12-31", time.UTC, time.Now())
	require.NoError(t, err)
	answer, err = report.Daily(t.Context(), store, report.DailyQuestion{Period: far})
	require.NoError(t, err)
	assert.Equal(t, time.Now().UTC().Format(time.DateOnly), answer.Days[len(answer.Days)-1].Date, "days to come are none")
}

func TestDaily_PartsOfADayAddUpToIt(t *testing.T) {
	store := courseOf(t, on(7, "claims", "9"), on(7, "support", "10"))
	answer, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: october, By: []ledger.Dimension{ledger.ByDepartment}})
	require.NoError(t, err)
	seventh := answer.Days[2]
	require.Len(t, seventh.Parts, 2)
	assert.Equal(t, []string{"support"}, seventh.Parts[0].Labels)
	assert.Equal(t, "19", seventh.Totals.Cost.String())
	assert.Equal(t, "19.00425", answer.Total.Cost.String())
	table := answer.Document().Tables[0]
	require.Len(t, table.Rows, 4)
	assert.Equal(t, []any{"2026-10-07", "support"}, table.Rows[2][:2])
}

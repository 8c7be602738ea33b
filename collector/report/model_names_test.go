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
	"github.com/spanledger/spanledger/tracing/semconv"
)

// aliased is a ledger of good calls whose vendor names a dated model, and of
// failed ones, of which only the model asked for is known.
func aliased(t *testing.T) (ledger.Store, report.Period) {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	start := time.Date(2026, 10, 1, 0, 10, 0, 0, time.UTC)
	var calls []ledger.Call
	add := func(requested, answered string, after time.Duration) {
		one := udecimal.MustFromInt64(1, 0)
		n := byte(len(calls) + 1)
		c := ledger.Call{
			TraceID: ledger.TraceID{n}, SpanID: ledger.SpanID{n}, Start: start.Add(after), Received: start, Duration: time.Second,
			RequestModel: requested, ResponseModel: answered, Role: semconv.RoleLLM, Billable: true, User: "amara",
			Cost: ledger.Cost{Status: "priced", Amount: &one, Currency: "USD"},
		}
		if answered == "" {
			c.Error, c.ErrorType, c.Cost = true, "429", ledger.Cost{Status: "unpriced", Reason: "usage_missing"}
		}
		calls = append(calls, c)
	}
	// The failures are days before the good calls: a period is one whole.
	add("gpt-5", "", 0)
	add("gpt-5", "", time.Hour)
	for range 3 {
		add("gpt-5", "gpt-5-2025-08-07", 20*24*time.Hour)
	}
	add("gpt-5", "gpt-5-2025-01-01", 20*24*time.Hour)
	add("alone", "", 0)                 // no good call tells what it is
	add("plain", "plain", 24*time.Hour) // answers under its own name
	add("plain", "", 25*time.Hour)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	return store, report.Period{From: start.Add(-time.Minute), Until: start.AddDate(0, 0, 30), Zone: time.UTC}
}

func TestModelNames_FailedAndGoodCallsAreOneLine(t *testing.T) {
	store, period := aliased(t)
	errors, err := report.Errors(t.Context(), store, report.ErrorsQuestion{Period: period, By: []ledger.Dimension{ledger.ByModel}})
	require.NoError(t, err)
	got := map[string][2]int64{}
	for _, l := range errors.Breakdowns[0].Lines {
		got[l.Label] = [2]int64{l.Failed.Calls, l.Calls}
	}
	assert.Equal(t, map[string][2]int64{"gpt-5-2025-08-07": {2, 5}, "alone": {1, 1}, "plain": {1, 2}}, got)

	for name, by := range map[string][]ledger.Dimension{"one": {ledger.ByModel}, "two": {ledger.ByUser, ledger.ByModel}} {
		cost, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, By: by})
		require.NoError(t, err)
		assert.Len(t, cost.Lines, 4, name)
		var requests int64
		for _, l := range cost.Lines {
			requests += l.Totals.Calls
		}
		assert.Equal(t, cost.Total.Totals.Calls, requests)
	}
	// Sums are put together from days, hours and ragged ends.
	series, err := report.Series(t.Context(), store, report.SeriesQuestion{Period: period, By: ledger.ByModel})
	require.NoError(t, err)
	assert.Len(t, series.Lines, 4)
}

func TestModelNames_ConditionsFindBoth(t *testing.T) {
	store, period := aliased(t)
	of := func(model string) []ledger.Condition {
		return []ledger.Condition{{Dimension: ledger.ByModel, Values: []string{model}}}
	}
	for model, want := range map[string]int64{"gpt-5-2025-08-07": 5, "gpt-5": 2, "alone": 1, "plain": 2} {
		cost, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, Where: of(model)})
		require.NoError(t, err)
		assert.Equal(t, want, cost.Total.Totals.Calls, model)
		calls, err := report.Calls(t.Context(), store, report.CallsQuestion{Period: period, Where: of(model)})
		require.NoError(t, err)
		assert.Len(t, calls.Calls, int(want), model)
		runs, err := report.Traces(t.Context(), store, report.TracesQuestion{Period: period, Where: of(model)})
		require.NoError(t, err)
		assert.Len(t, runs.Traces, int(want), model)
	}
}

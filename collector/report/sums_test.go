package report_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
)

// recently is the data set moved to end now.
func recently(n int, now time.Time) dataset {
	calls := newDataset(n)
	by := now.Sub(datasetStart.Add(datasetWeeks * 7 * 24 * time.Hour)).Truncate(time.Microsecond)
	for i := range calls {
		calls[i].Start = calls[i].Start.Add(by)
		calls[i].Received = now
	}
	return calls
}

// divided hides that a store sums up any period.
type divided struct{ ledger.Reader }

// summed counts questions for totals.
type summed struct {
	*duckdb.Store
	questions int
}

func (c *summed) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	c.questions++
	return c.Store.Aggregate(ctx, q)
}

func TestSums_AsksDuckDBOnceForStoredCalls(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	now := time.Now()
	require.NoError(t, store.SetRetention(t.Context(), ledger.Retention{DetailDays: 30, RollupDays: 1000, LogDays: 7}))
	require.NoError(t, store.Expire(t.Context()))
	asked := func(days int) int {
		reader := &summed{Store: store}
		_, err := report.Sums(t.Context(), reader, ledger.Query{From: now.AddDate(0, 0, -days), Until: now})
		require.NoError(t, err)
		return reader.questions
	}
	assert.Equal(t, 1, asked(20))
	assert.Greater(t, asked(40), 1, "of days that are archived the rollups have the sums")
}

func TestSums_OfRaggedPeriodsAreThoseOfOneQuestion(t *testing.T) {
	calls := newDataset(5_000)
	store := stores["DuckDB"](t)
	calls.write(t, store)
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	from := datasetStart.AddDate(0, 0, 3)
	for name, q := range map[string]ledger.Query{
		"within an hour":                 {From: from.Add(time.Minute), Until: from.Add(5 * time.Minute)},
		"over the edge of an hour":       {From: from.Add(59 * time.Minute), Until: from.Add(61 * time.Minute)},
		"of whole days":                  {From: from, Until: from.AddDate(0, 0, 9)},
		"ragged at both ends":            {From: from.Add(7*time.Hour + time.Microsecond), Until: from.Add(9*24*time.Hour + 61*time.Minute + 3*time.Microsecond), By: []ledger.Dimension{ledger.ByUser, ledger.ByModel}},
		"in a zone of half hours":        {From: from.Add(time.Minute), Until: from.AddDate(0, 0, 9), Zone: kolkata, By: []ledger.Dimension{ledger.ByDay}},
		"by the hour of the week":        {From: from.Add(time.Minute), Until: from.AddDate(0, 0, 9), By: []ledger.Dimension{ledger.ByHourOfWeek}},
		"by what is not summed":          {From: from.Add(time.Minute), Until: from.AddDate(0, 0, 9), By: []ledger.Dimension{ledger.ByStep}},
		"of what is not summed":          {From: from.Add(time.Minute), Until: from.AddDate(0, 0, 9), Where: []ledger.Condition{{Dimension: ledger.ByStatus, Values: []string{"error"}}}},
		"the dearest few":                {From: from.Add(time.Minute), Until: from.AddDate(0, 0, 9).Add(time.Minute), By: []ledger.Dimension{ledger.ByUser}, Limit: 3},
		"of a period without a call":     {From: from.AddDate(9, 0, 0), Until: from.AddDate(9, 0, 1).Add(time.Minute)},
		"of no call, broken down by day": {From: from.AddDate(9, 0, 0), Until: from.AddDate(9, 0, 1).Add(time.Minute), By: []ledger.Dimension{ledger.ByDay}},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := store.Aggregate(t.Context(), q)
			require.NoError(t, err)
			for _, reader := range []ledger.Reader{store, divided{store}} {
				got, err := report.Sums(t.Context(), reader, q)
				require.NoError(t, err)
				require.Len(t, got, len(want))
				for i := range want {
					assert.Equal(t, want[i].Key, got[i].Key)
					sameTotals(t, want[i].Totals, got[i].Totals, strings.Join(want[i].Key, " "))
					assert.Zero(t, got[i].Latency)
				}
			}
		})
	}
}

// A year's report is right though the calls are kept for a month; what only
// they could tell is said to be missing.
func TestSums_ReportsReachBackBeyondTheRetentionOfCalls(t *testing.T) {
	now := time.Now().UTC()
	calls := recently(5_000, now)
	period := report.Period{From: now.Truncate(time.Hour).AddDate(0, 0, -65), Until: now, Zone: time.UTC}
	within := func(c *ledger.Call) bool { return !c.Start.Before(period.From) && c.Start.Before(period.Until) }
	want := calls.tally(within)
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			calls.write(t, store)
			month := report.Month(period.From.Year(), period.From.Month()+1, time.UTC)
			statement := func() *chargeback.Statement {
				s, err := chargeback.New(t.Context(), store, month, chargeback.Rules{})
				require.NoError(t, err)
				return s
			}
			before := statement()
			require.Positive(t, before.Ledger.Calls)
			require.NoError(t, store.SetRetention(t.Context(), ledger.Retention{DetailDays: 10, RollupDays: 400, LogDays: 10}))
			require.NoError(t, store.Expire(t.Context()))
			left, err := store.Aggregate(t.Context(), ledger.Query{From: period.From, Until: period.Until})
			require.NoError(t, err)
			kept := left[0].Totals
			require.Less(t, kept.Calls, want.calls/2, "the calls are gone")
			gone := want.calls - kept.Calls

			cost, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, By: []ledger.Dimension{ledger.ByDepartment}})
			require.NoError(t, err)
			sameTotals(t, want.totals(), cost.Total.Totals, "cost")
			groups := calls.groups(within, keys[ledger.ByDepartment])
			for _, line := range cost.Lines {
				sameTotals(t, groups[report.Value(ledger.ByDepartment, line.Labels[0])].totals(), line.Totals, line.Labels[0])
				assert.Nil(t, line.Latency, "percentiles are not made of sums")
			}
			assert.Nil(t, cost.Total.Latency)
			assert.Equal(t, gone, cost.Expired.Calls)
			assert.Contains(t, strings.Join(cost.Document().Notes, " "), "expired and in the rollups only: percentiles are not available")

			recent, err := report.Cost(t.Context(), store, report.CostQuestion{Period: report.Since(3*24*time.Hour, now), By: []ledger.Dimension{ledger.ByDepartment}})
			require.NoError(t, err)
			assert.NotNil(t, recent.Total.Latency)
			assert.Zero(t, recent.Expired)

			steps, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, By: []ledger.Dimension{ledger.ByStep}})
			require.NoError(t, err)
			sameTotals(t, kept, steps.Total.Totals, "what is left can be told by step")
			assert.Contains(t, strings.Join(steps.Document().Notes, " "), "they are missing here")
			tagged, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, Where: []ledger.Condition{{Dimension: "tag:tier", Values: []string{"gold"}}}})
			require.NoError(t, err)
			assert.Equal(t, gone, tagged.Expired.Calls)

			daily, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: period})
			require.NoError(t, err)
			sameTotals(t, want.totals(), daily.Total, "daily")
			peaks, err := report.Peaks(t.Context(), store, report.PeaksQuestion{Period: period})
			require.NoError(t, err)
			sameTotals(t, want.totals(), peaks.Total, "peaks")
			gold := []ledger.Condition{{Dimension: "tag:tier", Values: []string{"gold"}}}
			filteredDays, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: period, Where: gold})
			require.NoError(t, err)
			filteredPeaks, err := report.Peaks(t.Context(), store, report.PeaksQuestion{Period: period, Where: gold})
			require.NoError(t, err)
			begun := report.Period{From: period.From, Until: now.AddDate(0, 0, 5), Zone: time.UTC}
			filteredForecast, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: begun, Now: now, Where: gold})
			require.NoError(t, err)
			forecastByStep, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: begun, Now: now, By: []ledger.Dimension{ledger.ByStep}})
			require.NoError(t, err)
			for what, answer := range map[string]struct {
				expired report.Expired
				notes   []string
			}{
				"daily":            {filteredDays.Expired, filteredDays.Document().Notes},
				"peaks":            {filteredPeaks.Expired, filteredPeaks.Document().Notes},
				"forecast":         {filteredForecast.Expired, filteredForecast.Document().Notes},
				"forecast by step": {forecastByStep.Expired, forecastByStep.Document().Notes},
			} {
				assert.Equal(t, gone, answer.expired.Calls, what)
				assert.Contains(t, strings.Join(answer.notes, " "), "they are missing here", what)
			}
			filteredAnomalies, err := report.Anomalies(t.Context(), store, report.AnomaliesQuestion{Period: report.Since(24*time.Hour, now), Where: gold})
			require.NoError(t, err)
			assert.Positive(t, filteredAnomalies.Expired.Calls)
			assert.Contains(t, strings.Join(filteredAnomalies.Document().Notes, " "), "they are missing here")
			plan, err := budget.ReadPlan(strings.NewReader(`budgets: [{name: gold, amount: "10", scope: {"tag:tier": gold}}, {name: all, amount: "10"}]`))
			require.NoError(t, err)
			budgets, err := plan.Statuses(t.Context(), store, now)
			require.NoError(t, err)
			assert.Positive(t, budgets[0].Expired.Calls)
			assert.Zero(t, budgets[1].Expired)
			assert.Regexp(t, "gold: [0-9,]+ requests .* are expired and left out", strings.Join(budgets.Document().Notes, " "))
			assert.NotContains(t, strings.Join(daily.Document().Notes, " "), "missing")
			summary, err := report.Summary(t.Context(), store, report.SummaryQuestion{Period: period})
			require.NoError(t, err)
			sameTotals(t, want.totals(), summary.TotalCost.Totals, "summary")
			assert.Contains(t, strings.Join(summary.Document().Notes, " "), "percentiles are not available")

			latency, err := report.Latency(t.Context(), store, report.LatencyQuestion{Period: period})
			require.NoError(t, err)
			assert.Equal(t, kept.Calls, latency.Total.Totals.Calls)
			assert.Contains(t, strings.Join(latency.Document().Notes, " "), "their durations are no longer stored")
			failed, err := report.Errors(t.Context(), store, report.ErrorsQuestion{Period: period})
			require.NoError(t, err)
			assert.Equal(t, report.Expired{Calls: gone, Errors: want.errors - kept.Errors}, failed.Expired)
			assert.Contains(t, strings.Join(failed.Document().Notes, " "), "of them failed; they are not in the tables")

			after := statement()
			sameTotals(t, before.Ledger, after.Ledger, "chargeback")
			assert.True(t, before.Total.Equal(after.Total))
			var out strings.Builder
			require.NoError(t, format.Write(&out, format.TableFormat, cost.Document(), format.Options{}))
		})
	}
}

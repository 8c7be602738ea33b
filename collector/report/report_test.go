package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

var sameDecimal = cmp.Comparer(func(a, b udecimal.Decimal) bool { return a.Equal(b) })

func sameTotals(t *testing.T, want, got ledger.Totals, what string) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameDecimal); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The promise of the package: on the golden data set, in every store, each
// report says what plain Go says.
func TestReports_EveryReportEqualsPlainGo(t *testing.T) {
	size := datasetSize
	if testing.Short() {
		size = 10_000
	}
	calls := newDataset(size)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	october := report.Month(2026, time.October, berlin)
	within := func(c *ledger.Call) bool { return !c.Start.Before(october.From) && c.Start.Before(october.Until) }
	total := calls.tally(within)
	require.Positive(t, total.calls)

	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			calls.write(t, store)
			if !testing.Short() {
				// Half of what is asked is then answered from sums of sums.
				require.NoError(t, store.Refresh(t.Context()))
			}
			t.Run("cost", func(t *testing.T) { costEqualsPlainGo(t, store, calls, october, within) })
			t.Run("daily", func(t *testing.T) { dailyEqualsPlainGo(t, store, calls, october, within) })
			t.Run("peaks", func(t *testing.T) { peaksEqualPlainGo(t, store, calls, october, within) })
			t.Run("errors", func(t *testing.T) { errorsEqualPlainGo(t, store, calls, october, within) })
			t.Run("latency", func(t *testing.T) { latencyEqualsPlainGo(t, store, calls, october, within) })
			t.Run("summary", func(t *testing.T) { summaryEqualsPlainGo(t, store, calls, october, within) })
			t.Run("chargeback", func(t *testing.T) { chargebackEqualsPlainGo(t, store, calls, october, within) })
			t.Run("forecast", func(t *testing.T) { forecastEqualsPlainGo(t, store, calls, october) })
			t.Run("anomalies", func(t *testing.T) { anomaliesEqualPlainGo(t, store, calls, berlin) })
			t.Run("optimize", func(t *testing.T) { optimizeEqualsPlainGo(t, store, calls, october, within) })
			t.Run("budgets", func(t *testing.T) { budgetsEqualPlainGo(t, store, calls, berlin) })
			t.Run("sums", func(t *testing.T) { everyBreakdownSumsToTheTotal(t, store, calls, berlin) })
		})
	}
}

type keep = func(*ledger.Call) bool

// keys are dimensions as plain Go sees them.
var keys = map[ledger.Dimension]func(*ledger.Call) string{
	ledger.ByUser:        func(c *ledger.Call) string { return c.User },
	ledger.ByDepartment:  func(c *ledger.Call) string { return c.Department },
	ledger.ByApplication: func(c *ledger.Call) string { return c.Application },
	ledger.ByTeam:        func(c *ledger.Call) string { return c.Team },
	ledger.ByCostCenter:  func(c *ledger.Call) string { return c.CostCenter },
	ledger.ByProvider:    func(c *ledger.Call) string { return c.Provider },
	ledger.ByModel:       func(c *ledger.Call) string { return c.RequestModel },
	ledger.ByAgent:       func(c *ledger.Call) string { return c.Agent },
	ledger.ByStep:        func(c *ledger.Call) string { return c.Step },
	"tag:tier":           func(c *ledger.Call) string { return c.Tags["tier"] },
	ledger.ByCostStatus:  func(c *ledger.Call) string { return c.Cost.Status },

	ledger.ByPromptName:    func(c *ledger.Call) string { return c.PromptName },
	ledger.ByPromptVersion: func(c *ledger.Call) string { return c.PromptVersion },
	ledger.ByPurpose:       func(c *ledger.Call) string { return c.Purpose },
}

func costEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	want := calls.tally(within).totals()
	tops := []int{0, 2}
	for by, key := range keys {
		asked := tops
		if testing.Short() {
			// Each dimension with one of them; the next takes the other.
			asked, tops = tops[:1], []int{tops[1], tops[0]}
		}
		for _, top := range asked {
			answer, err := report.Cost(t.Context(), store, report.CostQuestion{Period: period, By: []ledger.Dimension{by}, Top: top})
			require.NoError(t, err)
			sameTotals(t, want, answer.Total.Totals, "total")

			groups := calls.groups(within, key)
			summed := ledger.Totals{}
			for _, line := range answer.Lines {
				group := groups[report.Value(by, line.Labels[0])]
				what := fmt.Sprintf("%s %s", by, line.Labels[0])
				sameTotals(t, group.totals(), line.Totals, what)
				assert.Equal(t, group.percentile(50), line.Latency.P50, what)
				assert.Equal(t, group.percentile(95), line.Latency.P95, what)
				assert.Equal(t, group.percentile(99), line.Latency.P99, what)
				summed = summed.Add(line.Totals)
			}
			lines := len(answer.Lines)
			if answer.Rest != nil {
				lines += answer.Rest.Groups
				summed = summed.Add(answer.Rest.Totals)
				assert.Len(t, answer.Lines, top)
			}
			assert.Equal(t, len(groups), lines, "%s: every group is there", by)
			sameTotals(t, want, summed, string(by)+": the lines add up to the total")
		}
	}
}

func dailyEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	answer, err := report.Daily(t.Context(), store, report.DailyQuestion{Period: period})
	require.NoError(t, err)
	require.Len(t, answer.Days, 31)
	sameTotals(t, calls.tally(within).totals(), answer.Total, "total")
	groups := calls.groups(within, func(c *ledger.Call) string { return c.Start.In(period.Zone).Format(time.DateOnly) })
	for i, day := range answer.Days {
		sameTotals(t, groups[day.Date].totals(), day.Totals, day.Date)
		if i == 0 {
			assert.Nil(t, day.Change)
		} else {
			before := answer.Days[i-1].Totals.Cost.InexactFloat64()
			assert.InEpsilon(t, day.Totals.Cost.InexactFloat64()/before-1, *day.Change, 1e-9, day.Date)
		}
		if i < 6 {
			assert.Nil(t, day.Mean)
			continue
		}
		seven := udecimal.Zero
		for _, d := range answer.Days[i-6 : i+1] {
			seven = seven.Add(d.Totals.Cost)
		}
		assert.InEpsilon(t, seven.InexactFloat64()/7, day.Mean.InexactFloat64(), 1e-12, day.Date)
	}
}

func peaksEqualPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	answer, err := report.Peaks(t.Context(), store, report.PeaksQuestion{Period: period, Top: 3})
	require.NoError(t, err)
	sameTotals(t, calls.tally(within).totals(), answer.Total, "total")
	groups := calls.groups(within, func(c *ledger.Call) string { return c.Start.In(period.Zone).Format("Mon 15") })
	occurrences := 0
	for day, name := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		for hour := range 24 {
			key := fmt.Sprintf("%s %02d", name, hour)
			got := answer.Hours[day][hour]
			occurrences += got.Occurrences
			if group, ok := groups[key]; ok {
				sameTotals(t, group.totals(), got.Totals, key)
			} else {
				sameTotals(t, ledger.Totals{}, got.Totals, key)
			}
		}
	}
	assert.Equal(t, 31*24+1, occurrences, "October 2026 has an hour more in Berlin")
	// The last Sunday has two o'clock twice.
	assert.Equal(t, answer.Hours[6][3].Occurrences+1, answer.Hours[6][2].Occurrences)

	hours := calls.groups(within, func(c *ledger.Call) string { return c.Start.In(period.Zone).Format("2006-01-02T15") })
	lengths := map[string]int64{} // in hours: two for the one that comes twice
	for at := period.From; at.Before(period.Until); at = at.Add(time.Hour) {
		lengths[at.In(period.Zone).Format("2006-01-02T15")]++
	}
	most := int64(0)
	for name, h := range hours {
		most = max(most, h.calls/lengths[name])
	}
	require.Len(t, answer.Busiest, 3)
	assert.Equal(t, most, answer.Busiest[0].Totals.Calls/lengths[answer.Busiest[0].Hour], "calls an hour")
	for _, h := range answer.Busiest {
		sameTotals(t, hours[h.Hour].totals(), h.Totals, h.Hour)
		assert.Equal(t, time.Duration(lengths[h.Hour])*time.Hour, h.Length, h.Hour)
	}
}

func errorsEqualPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	failed := func(c *ledger.Call) bool { return within(c) && c.Error }
	answer, err := report.Errors(t.Context(), store, report.ErrorsQuestion{Period: period})
	require.NoError(t, err)
	sameTotals(t, calls.tally(failed).totals(), answer.Failed, "failed")
	sameTotals(t, calls.tally(within).totals(), answer.Total, "all")
	require.Len(t, answer.Breakdowns, 3)

	types := calls.groups(failed, func(c *ledger.Call) string { return c.ErrorType })
	for _, line := range answer.Breakdowns[0].Lines {
		key := line.Label
		if key == "(type not known)" {
			key = ""
		}
		sameTotals(t, types[key].totals(), line.Failed, line.Label)
	}
	assert.Len(t, answer.Breakdowns[0].Lines, len(types))

	users, all := calls.groups(failed, keys[ledger.ByUser]), calls.groups(within, keys[ledger.ByUser])
	for _, line := range answer.Breakdowns[2].Lines {
		key := report.Value(ledger.ByUser, line.Label)
		assert.Equal(t, users[key].calls, line.Failed.Calls, line.Label)
		rate, known := line.Rate()
		assert.True(t, known)
		assert.InEpsilon(t, float64(users[key].calls)/float64(all[key].calls), rate, 1e-12, line.Label)
	}
}

func latencyEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	answer, err := report.Latency(t.Context(), store, report.LatencyQuestion{Period: period})
	require.NoError(t, err)
	groups := calls.groups(within, keys[ledger.ByModel])
	require.Len(t, answer.Lines, len(groups))
	for i, line := range answer.Lines {
		group := groups[line.Labels[0]]
		assert.Equal(t, group.percentile(95), line.Latency.P95)
		assert.InEpsilon(t, float64(group.output)/group.totals().Duration.Seconds(), line.OutputRate(), 1e-12)
		if i > 0 {
			assert.GreaterOrEqual(t, answer.Lines[i-1].Latency.P95, line.Latency.P95, "slowest first")
		}
	}
	assert.Equal(t, calls.tally(within).percentile(99), answer.Total.Latency.P99)
}

func summaryEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, within keep) {
	answer, err := report.Summary(t.Context(), store, report.SummaryQuestion{Period: period})
	require.NoError(t, err)
	want := calls.tally(within).totals()
	sameTotals(t, want, answer.TotalCost.Totals, "total")
	sameTotals(t, want, answer.Daily.Total, "daily")
	sameTotals(t, want, answer.Errors.Total, "errors")
	for _, cost := range answer.Cost {
		sameTotals(t, want, cost.Total.Totals, "breakdown")
	}
	length := period.Until.Sub(period.From)
	before := calls.tally(func(c *ledger.Call) bool {
		return !c.Start.Before(period.From.Add(-length)) && c.Start.Before(period.From)
	})
	sameTotals(t, before.totals(), answer.Before, "the period before")
}

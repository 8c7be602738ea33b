package report_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
)

// What finance asks, computed a second time in plain Go: amounts as rationals,
// estimates as floats, by none of the code that makes the reports.

// smallest amount of the ledger, 10^-18 USD.
var smallest = new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil))

func rat(d udecimal.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic(d.String())
	}
	return r
}

// within says that an amount is an exact one to at most the given part of the
// smallest amount.
func within(t *testing.T, exact *big.Rat, got udecimal.Decimal, part *big.Rat, what string) {
	t.Helper()
	off := new(big.Rat).Sub(exact, rat(got))
	if off.Abs(off).Cmp(new(big.Rat).Mul(smallest, part)) > 0 {
		t.Errorf("%s: want %s, got %s", what, exact.FloatString(20), got)
	}
}

func chargebackEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, inPeriod keep) {
	by := calls.groups(inPeriod, keys[ledger.ByDepartment])
	ownOf := func(name string) *big.Rat { return by[name].cost }
	receivers := []string{"claims", "support", `R&D "labs"`}
	pool := new(big.Rat).Add(ownOf(""), ownOf("strategy"))
	paying := new(big.Rat)
	for _, name := range receivers {
		paying.Add(paying, ownOf(name))
	}
	for allocation, weight := range map[string]func(string) *big.Rat{
		"proportional": func(name string) *big.Rat { return new(big.Rat).Quo(ownOf(name), paying) },
		"even":         func(string) *big.Rat { return big.NewRat(1, 3) },
		"shares": func(name string) *big.Rat {
			return map[string]*big.Rat{"claims": big.NewRat(5, 8), "support": big.NewRat(2, 8), `R&D "labs"`: big.NewRat(1, 8)}[name]
		},
		"list": nil,
	} {
		text := "allocate: " + allocation + "\nshared: [strategy]\nmarkup: \"5\"\nmarkups: {support: \"2.5\"}\n" +
			"adjustments: [{month: 2026-10, department: claims, amount: \"-12.5\", reason: credit}]\n"
		if allocation == "shares" {
			text += "shares: {claims: \"5\", support: \"2\", 'R&D \"labs\"': \"1\"}\n"
		}
		rules, err := chargeback.ReadRules(strings.NewReader(text))
		require.NoError(t, err)
		s, err := chargeback.New(t.Context(), store, period, rules)
		require.NoError(t, err)
		sameTotals(t, calls.tally(inPeriod).totals(), s.Ledger, allocation+": the month")
		require.Len(t, s.Charges, len(by))

		allocated, charged := new(big.Rat), new(big.Rat)
		for _, c := range s.Charges {
			what := allocation + ": " + c.Department
			own := ownOf(c.Department)
			sameTotals(t, by[c.Department].totals(), c.Totals, what)
			shared := c.Department == "" || c.Department == "strategy"
			assert.Equal(t, shared, c.Shared, what)
			share := new(big.Rat)
			switch {
			case weight == nil:
			case shared:
				share.Neg(own)
			default:
				share.Mul(pool, weight(c.Department))
			}
			within(t, share, c.Allocated, big.NewRat(1, 1), what+" allocated")
			allocated.Add(allocated, rat(c.Allocated))
			percent := big.NewRat(5, 100)
			if c.Department == "support" {
				percent = big.NewRat(25, 1000)
			}
			base := new(big.Rat).Add(own, rat(c.Allocated))
			within(t, new(big.Rat).Mul(base, percent), c.Markup, big.NewRat(1, 2), what+" markup")
			total := new(big.Rat).Add(base, rat(c.Markup))
			if c.Department == "claims" {
				total.Sub(total, big.NewRat(25, 2))
			}
			within(t, total, c.Total, new(big.Rat), what+" total")
			charged.Add(charged, total)

			lines := calls.groups(func(call *ledger.Call) bool { return inPeriod(call) && call.Department == c.Department },
				func(call *ledger.Call) string {
					return strings.Join([]string{call.Team, call.Application, call.Provider, call.RequestModel}, "|")
				})
			require.Len(t, c.Usage, len(lines), what)
			for _, u := range c.Usage {
				key := strings.Join([]string{u.Team, u.Application, u.Provider, u.Model}, "|")
				sameTotals(t, lines[key].totals(), u.Totals, what+" "+key)
			}
		}
		assert.Zero(t, allocated.Sign(), allocation+": what some bear, others are relieved of")
		within(t, charged, s.Total, new(big.Rat), allocation+": the statement")
	}
}

// midMonth is a moment at which no month, week or day begins or ends.
func midMonth(zone *time.Location) time.Time { return time.Date(2026, 10, 20, 12, 0, 0, 0, zone) }

// daysOf is the cost of each day in a zone before a moment.
func (d dataset) daysOf(zone *time.Location, until time.Time, wanted keep) map[string]float64 {
	days := map[string]float64{}
	for date, sum := range d.groups(func(c *ledger.Call) bool { return wanted(c) && c.Start.Before(until) },
		func(c *ledger.Call) string { return c.Start.In(zone).Format(time.DateOnly) }) {
		days[date], _ = sum.cost.Float64()
	}
	return days
}

// expectation returns what the rest of a period costs by the four weeks before: the
// mean of each day of the week, and a tenth of the normal distribution beyond
// either bound.
func expectation(days map[string]float64, now, until time.Time) (mean, spread float64) {
	byWeekday := map[time.Weekday][]float64{}
	for back := 1; back <= 28; back++ {
		day := now.AddDate(0, 0, -back)
		byWeekday[day.Weekday()] = append(byWeekday[day.Weekday()], days[day.Format(time.DateOnly)])
	}
	averages, squares := map[time.Weekday]float64{}, 0.0
	for weekday, costs := range byWeekday {
		averages[weekday] = (costs[0] + costs[1] + costs[2] + costs[3]) / 4
		for _, c := range costs {
			squares += math.Pow(c-averages[weekday], 2)
		}
	}
	length := 0.0
	for at := now; at.Before(until); {
		midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
		next := midnight.AddDate(0, 0, 1)
		part := float64(next.Sub(at)) / float64(next.Sub(midnight))
		mean += part * averages[at.Weekday()]
		length += part
		at = next
	}
	return mean, 1.2816 * math.Sqrt(squares/21) * math.Sqrt(length)
}

func forecastEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period) {
	now := midMonth(period.Zone)
	answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: period, Now: now, By: []ledger.Dimension{ledger.ByDepartment}})
	require.NoError(t, err)
	spent := func(c *ledger.Call) bool { return !c.Start.Before(period.From) && c.Start.Before(now) }
	check := func(line report.ForecastLine, wanted keep, what string) {
		sum := calls.tally(func(c *ledger.Call) bool { return spent(c) && wanted(c) })
		within(t, sum.cost, line.Spent, new(big.Rat), what)
		mean, spread := expectation(calls.daysOf(period.Zone, now, wanted), now, period.Until)
		had, _ := sum.cost.Float64()
		assert.InDelta(t, had+mean, line.Expected.InexactFloat64(), 1e-5, what)
		assert.InDelta(t, had+mean-spread, line.Low.InexactFloat64(), 1e-5, what)
		assert.InDelta(t, had+mean+spread, line.High.InexactFloat64(), 1e-5, what)
	}
	check(answer.Total, func(*ledger.Call) bool { return true }, "all")
	require.Len(t, answer.Lines, len(departments))
	lines := udecimal.Zero
	for _, line := range answer.Lines {
		department := report.Value(ledger.ByDepartment, line.Labels[0])
		check(line, func(c *ledger.Call) bool { return c.Department == department }, line.Labels[0])
		lines = lines.Add(line.Spent)
	}
	assert.True(t, answer.Total.Spent.Equal(lines), "the departments add up")
}

func anomaliesEqualPlainGo(t *testing.T, store ledger.Store, calls dataset, zone *time.Location) {
	from := time.Date(2026, 10, 27, 0, 0, 0, 0, zone) // a day after the clocks changed
	const minCalls, minChange = 5, 0.05
	measure := map[report.Measure]struct {
		of    func(tally) float64
		least float64
	}{
		report.MeasureCost:   {func(s tally) float64 { f, _ := s.cost.Float64(); return f }, 0.01},
		report.MeasureTokens: {func(s tally) float64 { return float64(s.input + s.output) }, 1000},
		report.MeasureErrors: {func(s tally) float64 { return float64(s.errors) / float64(s.calls) }, 0.02},
	}
	var weeks []map[string]tally
	for back := range 5 {
		begin := from.AddDate(0, 0, -7*back)
		end := begin.AddDate(0, 0, 1)
		weeks = append(weeks, calls.groups(func(c *ledger.Call) bool { return !c.Start.Before(begin) && c.Start.Before(end) }, keys[ledger.ByUser]))
	}
	type found struct{ now, usual, limit float64 }
	want, judged, tooFew := map[string]found{}, 0, 0
	for user, today := range weeks[0] {
		var usual []tally
		for _, week := range weeks[1:] {
			if week[user].calls >= minCalls {
				usual = append(usual, week[user])
			}
		}
		if len(usual) < 2 || today.calls < minCalls {
			tooFew++
			continue
		}
		judged++
		for name, m := range measure {
			var values, strays []float64
			for _, u := range usual {
				values = append(values, m.of(u))
			}
			middle := middleOf(values)
			for _, v := range values {
				strays = append(strays, math.Abs(v-middle))
			}
			limit := middle + max(3*1.4826*middleOf(strays), minChange*middle, m.least)
			if m.of(today) > limit {
				want[user+" "+string(name)] = found{m.of(today), middle, limit}
			}
		}
	}
	answer, err := report.Anomalies(t.Context(), store, report.AnomaliesQuestion{
		Period: report.Period{From: from, Until: from.AddDate(0, 0, 1), Zone: zone}, By: []ledger.Dimension{ledger.ByUser}, MinCalls: minCalls, MinChange: minChange,
	})
	require.NoError(t, err)
	assert.Equal(t, judged, answer.Judged)
	assert.Equal(t, tooFew, answer.TooFew)
	require.Len(t, answer.Anomalies, len(want))
	for _, a := range answer.Anomalies {
		key := report.Value(ledger.ByUser, a.Labels[0]) + " " + string(a.Measure)
		require.Contains(t, want, key)
		assert.InEpsilon(t, want[key].now, a.Now, 1e-9, key)
		assert.InDelta(t, want[key].usual, a.Usual, 1e-9*math.Abs(a.Now), key)
		assert.InEpsilon(t, want[key].limit, a.Limit, 1e-9, key)
	}
	if len(calls) >= 100_000 {
		assert.NotEmpty(t, want, "the data set has something to find")
	}
}

func middleOf(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func budgetsEqualPlainGo(t *testing.T, store ledger.Store, calls dataset, zone *time.Location) {
	plan, err := budget.ReadPlan(strings.NewReader(`
zone: Europe/Berlin
budgets:
  - {name: everything, amount: "2000"}
  - {name: claims, amount: "100", every: week, scope: {department: claims, "tag:tier": gold}}
  - {name: nobody, amount: "7", every: day, scope: {department: (unattributed)}}
`))
	require.NoError(t, err)
	now := midMonth(zone)
	statuses, err := plan.Statuses(t.Context(), store, now)
	require.NoError(t, err)
	for i, tc := range []struct {
		from   time.Time
		days   int
		amount float64
		scope  keep
	}{
		{time.Date(2026, 10, 1, 0, 0, 0, 0, zone), 31, 2000, func(*ledger.Call) bool { return true }},
		{time.Date(2026, 10, 19, 0, 0, 0, 0, zone), 7, 100, func(c *ledger.Call) bool { return c.Department == "claims" && c.Tags["tier"] == "gold" }},
		{time.Date(2026, 10, 20, 0, 0, 0, 0, zone), 1, 7, func(c *ledger.Call) bool { return c.Department == "" }},
	} {
		s, until := statuses[i], tc.from.AddDate(0, 0, tc.days)
		name := s.Budget.Name
		sum := calls.tally(func(c *ledger.Call) bool { return tc.scope(c) && !c.Start.Before(tc.from) && c.Start.Before(now) })
		within(t, sum.cost, s.Spent, new(big.Rat), name)
		spent, _ := sum.cost.Float64()
		assert.InEpsilon(t, spent/tc.amount, s.Used, 1e-9, name)
		day, _ := calls.tally(func(c *ledger.Call) bool {
			return tc.scope(c) && !c.Start.Before(now.Add(-24*time.Hour)) && c.Start.Before(now)
		}).cost.Float64()
		assert.InEpsilon(t, day/tc.amount*until.Sub(tc.from).Hours()/24, s.Burn, 1e-9, name)
		mean, _ := expectation(calls.daysOf(zone, now, tc.scope), now, until)
		assert.InDelta(t, spent+mean, s.Forecast.Expected.InexactFloat64(), 1e-5, name)
		want := budget.OK
		switch {
		case spent >= tc.amount:
			want = budget.Exceeded
		case spent >= 0.8*tc.amount:
			want = budget.Warning
		case spent+mean >= tc.amount:
			want = budget.Foreseen
		}
		assert.Equal(t, want, s.State, name)
		if left := (tc.amount - spent) / day * 24; spent < tc.amount && left < until.Sub(now).Hours() {
			require.NotNil(t, s.Left, name)
			assert.InEpsilon(t, left, s.Left.Hours(), 1e-6, name)
		}
	}
}

// Anything that a period is broken down by, and however ragged it is, the lines add
// up to the same total.
func everyBreakdownSumsToTheTotal(t *testing.T, store ledger.Store, calls dataset, zone *time.Location) {
	from := datasetStart.Add(37*time.Hour + 13*time.Minute + 7*time.Microsecond)
	until := datasetStart.Add(48*24*time.Hour + 59*time.Minute + 59*time.Second + 999_999*time.Microsecond)
	want := calls.tally(func(c *ledger.Call) bool { return !c.Start.Before(from) && c.Start.Before(until) }).totals()
	dimensions := slices.Clone(ledger.Dimensions)
	dimensions = append(dimensions, "tag:tier", "tag:nobody")
	for i, by := range dimensions {
		for _, question := range [][]ledger.Dimension{{by}, {by, dimensions[(i+7)%len(dimensions)]}} {
			groups, err := report.Sums(t.Context(), store, ledger.Query{From: from, Until: until, Zone: zone, By: question})
			require.NoError(t, err)
			var sum ledger.Totals
			for i := range groups {
				sum = sum.Add(groups[i].Totals)
			}
			sameTotals(t, want, sum, fmt.Sprint(question))
		}
	}
}

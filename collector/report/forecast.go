package report

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// ForecastQuestion asks what a period that has not ended will have cost at its
// end.
type ForecastQuestion struct {
	Period Period // the whole of it, a month for instance
	Now    time.Time
	By     []ledger.Dimension // none = the total alone
	Where  []ledger.Condition
}

// ForecastAnswer holds the most expensive first. Expectations are estimates; they do
// not add up across lines as money spent does.
type ForecastAnswer struct {
	Question ForecastQuestion
	Lines    []ForecastLine
	Total    ForecastLine
	// Expired are calls of the period, and of the history looked at, that the
	// question leaves out, because only sums are kept of them.
	Expired Expired
}

// ForecastLine holds what was spent, and what is to be expected.
type ForecastLine struct {
	Labels []string
	Spent  udecimal.Decimal // in the period, until now
	// Expected at the end of the period, and the bounds it is between in four
	// cases of five. Nil when there is too little history.
	Expected, Low, High *udecimal.Decimal
	HistoryDays         int // whole days looked at, days without a call included
}

const (
	// historyDays is how far back a forecast looks: four of each day of the week.
	historyDays = 28
	// minHistoryDays has every day of the week once.
	minHistoryDays = 7
	// quantile of the normal distribution that leaves a tenth on each side.
	quantile = 1.2816
	// estimateScale is how many decimals an estimate is given with.
	estimateScale = 6
)

// Forecast asks reader the question. Each day still to come is expected to
// cost what that day of the week has cost on average; the spread of those days
// makes the interval.
func Forecast(ctx context.Context, reader ledger.Reader, q ForecastQuestion) (*ForecastAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Now.Before(q.Period.From) {
		return nil, fmt.Errorf("forecast: the period begins %s, in the future", q.Period.From.Format(time.RFC3339))
	}
	zone := q.Period.zone()
	until := q.Now
	if until.After(q.Period.Until) {
		until = q.Period.Until
	}
	history := Days(historyDays+1, q.Now.In(zone))
	from := history.From
	if q.Period.From.Before(from) {
		from = q.Period.From
	}
	query := ledger.Query{
		From: from, Until: until, Zone: zone, Where: q.Where, By: append(slices.Clone(q.By), ledger.ByDay),
	}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by day: %w", err)
	}
	gone, err := missing(ctx, reader, query)
	if err != nil {
		return nil, err
	}
	total := series{days: map[string]udecimal.Decimal{}}
	byKey := map[string]*series{}
	for i := range groups {
		key, day := groups[i].Key[:len(q.By)], groups[i].Key[len(q.By)]
		name := strings.Join(key, "\x00")
		s, ok := byKey[name]
		if !ok {
			s = &series{labels: labels(q.By, key), days: map[string]udecimal.Decimal{}}
			byKey[name] = s
		}
		for _, sum := range []*series{s, &total} {
			sum.days[day] = sum.days[day].Add(groups[i].Totals.Cost)
		}
	}
	answer := &ForecastAnswer{Question: q, Total: total.forecast(q, until), Expired: gone}
	if len(q.By) > 0 {
		for _, s := range byKey {
			answer.Lines = append(answer.Lines, s.forecast(q, until))
		}
	}
	rowsort.Func(answer.Lines, func(a, b ForecastLine) int {
		return cmp.Or(b.Spent.Cmp(a.Spent), slices.Compare(a.Labels, b.Labels))
	})
	return answer, nil
}

// series is the cost of each day of one group.
type series struct {
	labels []string
	days   map[string]udecimal.Decimal
}

func (s *series) forecast(q ForecastQuestion, until time.Time) ForecastLine {
	line := ForecastLine{Labels: s.labels}
	zone := q.Period.zone()
	for _, date := range (Period{From: q.Period.From, Until: until, Zone: zone}).dates() {
		line.Spent = line.Spent.Add(s.days[date])
	}
	if !until.Before(q.Period.Until) {
		line.Expected, line.Low, line.High = &line.Spent, &line.Spent, &line.Spent
		return line
	}
	model, days := s.weekdays(q.Now.In(zone))
	line.HistoryDays = days
	if days < minHistoryDays {
		return line
	}
	remaining, length := 0.0, 0.0 // cost, and days it is spread over
	for at := until.In(zone); at.Before(q.Period.Until); {
		year, month, day := at.Date()
		next := Midnight(year, month, day+1, zone)
		midnight := Midnight(year, month, day, zone)
		end := next
		if end.After(q.Period.Until) {
			end = q.Period.Until
		}
		part := end.Sub(at).Seconds() / next.Sub(midnight).Seconds()
		remaining += part * model.mean[at.Weekday()]
		length += part
		at = end
	}
	spread := quantile * model.deviation * math.Sqrt(length)
	estimate := func(more float64) *udecimal.Decimal {
		d := line.Spent.Add(estimated(max(0, more)))
		return &d
	}
	line.Expected, line.Low, line.High = estimate(remaining), estimate(remaining-spread), estimate(remaining+spread)
	return line
}

// weekModel holds what days of the week cost on average, and how far single days
// are from that.
type weekModel struct {
	mean      [daysOfWeek]float64 // [0] is Sunday, as in package time
	deviation float64
}

// weekdays looks at the whole days before now, from the first one with a call.
func (s *series) weekdays(now time.Time) (model weekModel, days int) {
	var values [daysOfWeek][]float64
	year, month, day := now.Date()
	for back := historyDays; back >= 1; back-- {
		at := time.Date(year, month, day-back, 12, 0, 0, 0, time.UTC)
		cost, called := s.days[at.Format(time.DateOnly)]
		if days == 0 && !called {
			continue
		}
		days++
		values[at.Weekday()] = append(values[at.Weekday()], cost.InexactFloat64())
	}
	squares, freedom := 0.0, 0
	for weekday, costs := range values {
		for _, c := range costs {
			model.mean[weekday] += c / float64(len(costs))
		}
		for _, c := range costs {
			squares += (c - model.mean[weekday]) * (c - model.mean[weekday])
		}
		freedom += max(0, len(costs)-1)
	}
	if freedom == 0 {
		// A single week says nothing of how far its days stray: the days
		// themselves are in.
		model.deviation = deviation(values[:])
		return model, days
	}
	model.deviation = math.Sqrt(squares / float64(freedom))
	return model, days
}

func deviation(groups [][]float64) float64 {
	var all []float64
	for _, values := range groups {
		all = append(all, values...)
	}
	if len(all) < 2 {
		return 0
	}
	mean, squares := 0.0, 0.0
	for _, v := range all {
		mean += v / float64(len(all))
	}
	for _, v := range all {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(len(all)-1))
}

// estimated is an estimate as money; out of range is as good as endless.
func estimated(v float64) udecimal.Decimal {
	d, err := udecimal.Parse(fmt.Sprintf("%.*f", estimateScale, v))
	if err != nil {
		return udecimal.Zero
	}
	return d
}

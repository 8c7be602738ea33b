package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// OverviewQuestion asks what is spent, what it will be, and what is wrong.
type OverviewQuestion struct {
	Period Period // of the figures, the problems and the movers
	Now    time.Time
	By     []ledger.Dimension // of the movers; none = application
	Where  []ledger.Condition
	Top    int // movers and problems; 0 = 5
}

// OverviewAnswer is the first thing to look at.
type OverviewAnswer struct {
	Question               OverviewQuestion
	LastHour, Today, Month Stretch
	Forecast               ForecastLine // of the month
	Period, Before         Stretch      // Before is of equal length, just before
	Problems               []Problem    // the most requests first
	Movers                 []Mover      // the largest change first
	Notes                  []string
}

// Stretch is the figures of a stretch of time.
type Stretch struct {
	Period  Period
	Totals  ledger.Totals
	Latency *ledger.Latency // nil where only sums were asked for
}

const defaultOverviewTop = 5

// Overview asks reader the question.
func Overview(ctx context.Context, reader ledger.Reader, q OverviewQuestion) (*OverviewAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByApplication}
	}
	q.Top = cmp.Or(q.Top, defaultOverviewTop)
	a := &OverviewAnswer{Question: q}
	zone := q.Period.zone()
	now := q.Now.In(zone)
	month := Month(now.Year(), now.Month(), zone)
	before := Period{From: q.Period.From.Add(-q.Period.Until.Sub(q.Period.From)), Until: q.Period.From, Zone: zone}
	sum := func(into *Stretch, period Period) func() error {
		return func() error {
			totals, err := sumOf(ctx, reader, period.query(q.Where))
			*into = Stretch{Period: period, Totals: totals}
			return err
		}
	}
	err := sideBySide(
		sum(&a.LastHour, Since(time.Hour, now)),
		sum(&a.Today, Days(1, now)),
		sum(&a.Month, Period{From: month.From, Until: now, Zone: zone}),
		sum(&a.Before, before),
		func() error { return a.askPeriod(ctx, reader) },
		func() error {
			forecast, err := Forecast(ctx, reader, ForecastQuestion{Period: month, Now: now, Where: q.Where})
			if err == nil {
				a.Forecast = forecast.Total
			}
			return err
		},
		func() (err error) {
			a.Problems, err = problems(ctx, reader, q.Period, q.Where, q.Top)
			return err
		},
		func() (err error) {
			change := ChangeQuestion{Before: before, After: q.Period, By: q.By, Where: q.Where, Top: q.Top}
			a.Movers, err = movers(ctx, reader, change)
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// askPeriod asks for the figures of the period, and notes what they lack.
func (a *OverviewAnswer) askPeriod(ctx context.Context, reader ledger.Reader) error {
	q := &a.Question
	all, err := whole(ctx, reader, q.Period, q.Where)
	if err != nil {
		return err
	}
	a.Period = Stretch{Period: q.Period, Totals: all.detail.Totals, Latency: &all.detail.Latency}
	if all.expired.Calls > 0 && answeredBySums(nil, q.Where) {
		a.Period.Totals = all.sums
		a.Notes = all.expired.note("their durations and reasons are no longer stored")
	} else {
		a.Notes = all.expired.missingNote()
	}
	a.Notes = append(a.Notes, gaps(&a.Period.Totals, q.Period, q.Where)...)
	return nil
}

// query asks for the calls of the period.
func (p Period) query(where []ledger.Condition) ledger.Query {
	return ledger.Query{From: p.From, Until: p.Until, Zone: p.zone(), Where: where}
}

// Problem is calls that keep figures from being complete.
type Problem struct {
	Kind     ProblemKind
	Requests int64
	// Reason is that of pricing; of calls that are not attributed, the
	// dimension that is not known.
	Reason          string
	Provider, Model string             // of calls without a price
	Where           []ledger.Condition // that find the calls, next to those of the question
}

// ProblemKind says what is not known of calls.
type ProblemKind string

// Kinds of problems.
const (
	ProblemUnpriced     ProblemKind = "unpriced"
	ProblemInvalid      ProblemKind = "invalid"
	ProblemUnattributed ProblemKind = "unattributed"
)

// required are the dimensions that every call should name.
var required = []ledger.Dimension{ledger.ByUser, ledger.ByDepartment, ledger.ByApplication}

func problems(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition, top int) ([]Problem, error) {
	unknown := make([]ledger.Totals, len(required))
	var found []Problem
	asks := []func() error{func() (err error) {
		found, err = withoutPrice(ctx, reader, period, where)
		return err
	}}
	for i, d := range required {
		asks = append(asks, func() (err error) {
			query := period.query(append(slices.Clone(where), ledger.Condition{Dimension: d, Values: []string{""}}))
			unknown[i], err = sumOf(ctx, reader, query)
			return err
		})
	}
	if err := sideBySide(asks...); err != nil {
		return nil, err
	}
	for i, d := range required {
		if unknown[i].Calls > 0 {
			found = append(found, Problem{
				Kind: ProblemUnattributed, Requests: unknown[i].Calls, Reason: string(d),
				Where: []ledger.Condition{{Dimension: d, Values: []string{""}}},
			})
		}
	}
	rowsort.StableFunc(found, func(a, b Problem) int { return cmp.Compare(b.Requests, a.Requests) })
	return found[:min(top, len(found))], nil
}

// withoutPrice are the calls of a period that no cost is known for, by reason,
// provider and model.
func withoutPrice(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition) ([]Problem, error) {
	query := period.query(where)
	query.By = []ledger.Dimension{ledger.ByCostStatus, ledger.ByCostReason, ledger.ByProvider, ledger.ByModel}
	query.Where = append(slices.Clone(where), ledger.Condition{
		Dimension: ledger.ByCostStatus, Values: []string{string(ProblemUnpriced), string(ProblemInvalid)},
	})
	query.TotalsOnly = true
	groups, err := reader.Aggregate(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read calls without a price: %w", err)
	}
	var found []Problem
	for i := range groups {
		p := Problem{
			Kind: ProblemKind(groups[i].Key[0]), Requests: groups[i].Totals.Calls,
			Reason: groups[i].Key[1], Provider: groups[i].Key[2], Model: groups[i].Key[3],
		}
		for j, d := range query.By {
			p.Where = append(p.Where, ledger.Condition{Dimension: d, Values: []string{groups[i].Key[j]}})
		}
		found = append(found, p)
	}
	rowsort.StableFunc(found, func(a, b Problem) int { return cmp.Compare(b.Requests, a.Requests) })
	return found, nil
}

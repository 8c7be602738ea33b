package budget

import (
	"context"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// State of a budget.
type State string

// States, from good to bad.
const (
	OK       State = "ok"
	Foreseen State = "foreseen" // within the limit today, not at the end as it looks
	Warning  State = "warning"  // the soft threshold is reached
	Exceeded State = "exceeded" // the hard threshold is reached
)

// Status is how a budget stands.
type Status struct {
	Budget Budget
	Period report.Period
	State  State
	Spent  udecimal.Decimal
	Used   float64 // share of the amount, 1 = all of it
	// Burn is how fast the last day spends, against a pace that would use up
	// the budget exactly at the end of its period: 1 = that pace.
	Burn float64
	// Forecast of the end of the period; nil fields when there is too little
	// history.
	Forecast report.ForecastLine
	// Left is when the amount is used up at the pace of the last day; nil when
	// that is not within the period, and zero when it has happened.
	Left *time.Duration
	// Expired are calls that the scope leaves out, because only sums are kept of
	// them, which are not kept by all of it.
	Expired report.Expired
	Now     time.Time
}

// Statuses asks reader how every budget of the plan stands now.
func (p *Plan) Statuses(ctx context.Context, reader ledger.Reader, now time.Time) (Statuses, error) {
	statuses := make(Statuses, 0, len(p.Budgets))
	reader = remember(reader)
	for i := range p.Budgets {
		status, err := p.Budgets[i].status(ctx, reader, now.In(p.Zone))
		if err != nil {
			return nil, fmt.Errorf("budget %s: %w", p.Budgets[i].Name, err)
		}
		statuses = append(statuses, status)
	}
	return statuses, nil
}

// burnWindow is the time over which the pace is measured: short enough to see today,
// long enough for a night not to look like thrift.
const burnWindow = 24 * time.Hour

var hundred = udecimal.MustFromInt64(100, 0)

func (b *Budget) status(ctx context.Context, reader ledger.Reader, now time.Time) (Status, error) {
	s := Status{Budget: *b, Period: b.Every.period(now), Now: now}
	forecast, err := report.Forecast(ctx, reader, report.ForecastQuestion{Period: s.Period, Now: now, Where: b.Scope})
	if err != nil {
		return s, err
	}
	s.Forecast, s.Spent, s.Expired = forecast.Total, forecast.Total.Spent, forecast.Expired
	recent, err := report.Sums(ctx, reader, ledger.Query{From: now.Add(-burnWindow), Until: now, Where: b.Scope})
	if err != nil {
		return s, err
	}
	amount := b.Amount.InexactFloat64()
	s.Used = s.Spent.InexactFloat64() / amount
	length := s.Period.Until.Sub(s.Period.From)
	day := 0.0
	if len(recent) > 0 {
		day = recent[0].Totals.Cost.InexactFloat64()
	}
	s.Burn = day / amount * (length.Seconds() / burnWindow.Seconds())
	s.State = b.state(s.Spent, s.Forecast.Expected)
	switch left := amount - s.Spent.InexactFloat64(); {
	case left <= 0:
		s.Left = new(time.Duration)
	case day > 0:
		seconds := left / day * burnWindow.Seconds()
		if seconds < s.Period.Until.Sub(now).Seconds() {
			d := time.Duration(seconds * float64(time.Second))
			s.Left = &d
		}
	}
	return s, nil
}

// state compares exactly: a budget of 500 is exceeded at 500, not at 499.99.
func (b *Budget) state(spent udecimal.Decimal, expected *udecimal.Decimal) State {
	reached := func(amount, percent udecimal.Decimal) bool {
		return amount.Mul(hundred).GreaterThanOrEqual(b.Amount.Mul(percent))
	}
	switch {
	case reached(spent, b.Hard):
		return Exceeded
	case reached(spent, b.Soft):
		return Warning
	case expected != nil && reached(*expected, b.Hard):
		return Foreseen
	}
	return OK
}

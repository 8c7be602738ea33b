package report

import (
	"context"
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// DailyQuestion asks for the course of a period, day by day.
type DailyQuestion struct {
	Period Period
	Where  []ledger.Condition
}

// DailyAnswer holds every calendar day of the period, those without a call
// included, oldest first. The days add up to Total.
type DailyAnswer struct {
	Question DailyQuestion
	Days     []Day
	Total    ledger.Totals
	Expired  Expired // calls that a filter leaves out, because only sums are kept of them
}

// Day is one calendar day in the question's zone.
type Day struct {
	Date   string // 2026-10-31
	Totals ledger.Totals
	// Change of the cost against the day before, 0.1 = 10 % more; nil on the
	// first day and after a day without cost.
	Change *float64
	// Mean is the average cost of this day and the six before it; nil until
	// there are seven.
	Mean *udecimal.Decimal
}

// week is the length of the moving average: it evens out weekends.
const week = 7

// Daily asks reader the question.
func Daily(ctx context.Context, reader ledger.Reader, q DailyQuestion) (*DailyAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	query := ledger.Query{
		From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), Where: q.Where,
		By: []ledger.Dimension{ledger.ByDay},
	}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("calls by day: %w", err)
	}
	answer := &DailyAnswer{Question: q}
	if answer.Expired, err = missing(ctx, reader, query); err != nil {
		return nil, err
	}
	byDate := make(map[string]ledger.Totals, len(groups))
	for i := range groups {
		byDate[groups[i].Key[0]] = groups[i].Totals
	}
	moving := udecimal.Zero
	for i, date := range q.Period.dates() {
		day := Day{Date: date, Totals: byDate[date]}
		answer.Total = answer.Total.Add(day.Totals)
		if i > 0 {
			day.Change = change(day.Totals.Cost, answer.Days[i-1].Totals.Cost)
		}
		moving = moving.Add(day.Totals.Cost)
		if i >= week {
			moving = moving.Sub(answer.Days[i-week].Totals.Cost)
		}
		if i >= week-1 {
			day.Mean = averageCost(moving, week)
		}
		answer.Days = append(answer.Days, day)
	}
	return answer, nil
}

// change of a figure against an earlier one; nil where there was nothing to
// compare with.
func change(now, before udecimal.Decimal) *float64 {
	if before.IsZero() {
		return nil
	}
	c := now.Sub(before).InexactFloat64() / before.InexactFloat64()
	return &c
}

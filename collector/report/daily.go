package report

import (
	"context"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// DailyQuestion asks for the course of a period, day by day.
type DailyQuestion struct {
	Period Period
	By     []ledger.Dimension // parts of each day; none = the days alone
	Where  []ledger.Condition
}

// DailyAnswer holds the calendar days of the period, oldest first: from the first
// with a call on every one until the last, or today if the period continues
// beyond it. The days add up to Total.
type DailyAnswer struct {
	Question DailyQuestion
	Days     []Day
	Empty    int // days before the first with a call
	Total    ledger.Totals
	Expired  Expired // calls that a filter leaves out, because only sums are kept of them
}

// Day is one calendar day in the question's zone.
type Day struct {
	Date   string // 2026-10-31
	Totals ledger.Totals
	Parts  []DayPart // most expensive first, when the question has dimensions
	// Change of the cost against the day before, 0.1 = 10 % more; nil on the
	// first day and after a day without cost.
	Change *float64
	// Mean is the average cost of this day and the six before it; nil until
	// there are seven.
	Mean *udecimal.Decimal
}

// DayPart is one group of calls of a day.
type DayPart struct {
	Labels []string // one for each dimension asked for
	Totals ledger.Totals
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
		By: append([]ledger.Dimension{ledger.ByDay}, q.By...),
	}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by %s: %w", phrase(query.By), err)
	}
	answer := &DailyAnswer{Question: q}
	if answer.Expired, err = missing(ctx, reader, query); err != nil {
		return nil, err
	}
	byDate := make(map[string]*Day, len(groups))
	for i := range groups {
		date, totals := groups[i].Key[0], groups[i].Totals
		if byDate[date] == nil {
			byDate[date] = &Day{Date: date}
		}
		day := byDate[date]
		day.Totals = day.Totals.Add(totals)
		if len(q.By) > 0 {
			day.Parts = append(day.Parts, DayPart{Labels: labels(q.By, groups[i].Key[1:]), Totals: totals})
		}
	}
	moving := udecimal.Zero
	for _, date := range q.Period.past(time.Now()).dates() {
		day, found := Day{Date: date}, byDate[date]
		if found != nil {
			day = *found
		}
		i := len(answer.Days)
		if i == 0 && day.Totals.Calls == 0 {
			answer.Empty++
			continue
		}
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

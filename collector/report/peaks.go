package report

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// PeaksQuestion asks when the load is: for capacity, rate limits and
// provisioned throughput.
type PeaksQuestion struct {
	Period Period
	Where  []ledger.Condition
	Top    int // hours to name; 0 = 10
}

// PeaksAnswer holds the load by hour of the week, and the busiest single hours.
type PeaksAnswer struct {
	Question PeaksQuestion
	Hours    [daysOfWeek][hoursOfDay]WeekHour // [0] is Monday
	Busiest  []Hour                           // most calls a minute first
	Total    ledger.Totals
	Expired  Expired // calls that a filter leaves out, because only sums are kept of them
}

// WeekHour holds what all the hours of that name in the period had together.
type WeekHour struct {
	Occurrences int // in the period
	Totals      ledger.Totals
}

// Hour is one hour of the period.
type Hour struct {
	Hour   string        // 2026-10-31T14, in the question's zone
	Length time.Duration // two hours where the clocks are put back over it
	Totals ledger.Totals
}

// perMinute spreads a count over the hour.
func (h *Hour) perMinute(n int64) float64 { return float64(n) / h.Length.Minutes() }

const defaultPeaks = 10

// Peaks asks reader the question.
func Peaks(ctx context.Context, reader ledger.Reader, q PeaksQuestion) (*PeaksAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	query := ledger.Query{From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), Where: q.Where}
	answer := &PeaksAnswer{Question: q}
	for day, hours := range q.Period.hoursOfWeek() {
		for hour, n := range hours {
			answer.Hours[day][hour].Occurrences = n
		}
	}
	query.By = []ledger.Dimension{ledger.ByHour}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by hour: %w", err)
	}
	hours := make([]Hour, len(groups))
	for i := range groups {
		begin, err := parseHour(groups[i].Key[0])
		if err != nil {
			return nil, err
		}
		at := hourOfWeekAt(begin)
		ofWeek := &answer.Hours[at.day][at.hour].Totals
		*ofWeek = ofWeek.Add(groups[i].Totals)
		answer.Total = answer.Total.Add(groups[i].Totals)
		hours[i] = Hour{Hour: groups[i].Key[0], Length: hourLength(begin, query.Zone), Totals: groups[i].Totals}
	}
	rowsort.StableFunc(hours, func(a, b Hour) int {
		return cmp.Or(cmp.Compare(b.perMinute(b.Totals.Calls), a.perMinute(a.Totals.Calls)), cmp.Compare(a.Hour, b.Hour))
	})
	if answer.Expired, err = missing(ctx, reader, query); err != nil {
		return nil, err
	}
	top := q.Top
	if top <= 0 {
		top = defaultPeaks
	}
	answer.Busiest = hours[:min(top, len(hours))]
	return answer, nil
}

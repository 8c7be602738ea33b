package report

import (
	"context"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// CostQuestion asks what was spent in a period, broken down by dimensions.
type CostQuestion struct {
	Period Period
	By     []ledger.Dimension // none = the total alone
	Where  []ledger.Condition
	Sort   CostSort
	Offset int // lines to leave out before the first
	Top    int // 0 = all; else the most expensive, and one line for the rest
	// WithoutPercentiles leaves the latency out, which is most of the work.
	WithoutPercentiles bool
}

// CostAnswer is the bill. Lines and Rest add up to Total, to the last digit.
type CostAnswer struct {
	Question CostQuestion
	Lines    []CostLine
	Rest     *CostLine // what Top and Offset left out; nil when nothing
	More     bool      // there are lines after these
	Total    CostLine
	// Expired counts calls that are past their retention. Where rollups answer the
	// question they are in the lines, which then have no Latency; else they are
	// missing from it.
	Expired Expired
	// Problems are the calls that no cost is known for, by reason and model.
	Problems []Problem
}

// CostLine is one line of the bill.
type CostLine struct {
	Labels  []string // one for each dimension asked for
	Groups  int      // how many groups the line means: 1, or more for the rest
	Totals  ledger.Totals
	Latency *ledger.Latency // nil where lines were added up, or only sums are kept: percentiles do not add
	Share   float64         // of the total's cost; 0 when nothing was spent
}

// AverageCost is the mean over the calls that a price was found for; nil when
// there is none.
func (l *CostLine) AverageCost() *udecimal.Decimal {
	priced := l.Totals.Calls - l.Totals.Unpriced - l.Totals.Invalid
	return averageCost(l.Totals.Cost, priced)
}

// AverageDuration is the mean over all calls.
func (l *CostLine) AverageDuration() time.Duration { return average(&l.Totals) }

// SuccessRate is the share of calls that ended without an error.
func (l *CostLine) SuccessRate() float64 {
	return ratio(l.Totals.Calls-l.Totals.Errors, l.Totals.Calls)
}

// Cost asks reader the question.
func Cost(ctx context.Context, reader ledger.Reader, q CostQuestion) (*CostAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Top < 0 {
		return nil, fmt.Errorf("top %d: expected 0 (all) or more", q.Top)
	}
	if err := q.Sort.order(nil); err != nil {
		return nil, err
	}
	ask := whole
	if q.WithoutPercentiles {
		if q.Sort.byLatency() {
			return nil, &ParameterError{"sort", string(q.Sort), fmt.Errorf("needs the percentiles, which are left out")}
		}
		ask = wholeSums
	}
	all, err := ask(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	return q.breakDown(ctx, reader, all)
}

// wholePeriod is the total of a period: of the calls that are kept, and as the
// sums have it.
type wholePeriod struct {
	query   ledger.Query
	detail  ledger.Group
	sums    ledger.Totals
	expired Expired
}

func whole(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition) (w wholePeriod, err error) {
	return wholeBy(ctx, reader, period, where, func(q ledger.Query, _ ledger.Totals) (ledger.Group, error) { return totalOf(ctx, reader, q) })
}

// wholeSums is whole without the latency of the calls.
func wholeSums(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition) (w wholePeriod, err error) {
	return wholeBy(ctx, reader, period, where, func(q ledger.Query, sums ledger.Totals) (ledger.Group, error) {
		if answeredBySums(nil, where) && sumsAreOfKept(ctx, reader, q.From) {
			return ledger.Group{Totals: sums}, nil
		}
		totals, err := keptSum(ctx, reader, q)
		return ledger.Group{Totals: totals}, err
	})
}

func wholeBy(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition, detail func(q ledger.Query, sums ledger.Totals) (ledger.Group, error)) (w wholePeriod, err error) {
	w.query = period.query(where)
	if w.sums, err = sumOf(ctx, reader, w.query); err != nil {
		return w, err
	}
	if w.detail, err = detail(w.query, w.sums); err != nil {
		return w, err
	}
	w.expired, err = expired(ctx, reader, w.query, w.sums, w.detail.Totals)
	return w, err
}

func (q CostQuestion) breakDown(ctx context.Context, reader ledger.Reader, all wholePeriod) (*CostAnswer, error) {
	total, query := all.detail, all.query
	answer := &CostAnswer{Question: q, Total: CostLine{Groups: 1, Totals: total.Totals}, Expired: all.expired}
	ask, hasLatency := q.groups, !q.WithoutPercentiles
	if hasLatency {
		answer.Total.Latency = &total.Latency
	}
	if all.expired.Calls > 0 && answeredBySums(q.By, q.Where) {
		total.Totals, answer.Total.Totals, answer.Total.Latency = all.sums, all.sums, nil
		ask, hasLatency = q.sums, false
	}
	answer.Total.Share = share(total.Totals.Cost, total.Totals.Cost)
	if total.Totals.Unpriced+total.Totals.Invalid > 0 {
		var err error
		if answer.Problems, err = withoutPrice(ctx, reader, q.Period, q.Where); err != nil {
			return nil, err
		}
	}
	if len(q.By) == 0 {
		return answer, nil
	}
	groups, err := ask(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by %s: %w", phrase(q.By), err)
	}
	rest := CostLine{}
	for i := range groups {
		if i < q.Offset || q.Top > 0 && i >= q.Offset+q.Top {
			rest.Groups++
			rest.Totals = rest.Totals.Add(groups[i].Totals)
			continue
		}
		line := CostLine{
			Labels: labels(q.By, groups[i].Key),
			Groups: 1,
			Totals: groups[i].Totals,
			Share:  share(groups[i].Totals.Cost, total.Totals.Cost),
		}
		if hasLatency {
			line.Latency = &groups[i].Latency
		}
		answer.Lines = append(answer.Lines, line)
	}
	if q.Sort == "" {
		inTimeOrder(q.By, answer.Lines)
	}
	answer.More = q.Top > 0 && len(groups) > q.Offset+q.Top
	if rest.Groups > 0 {
		rest.Labels = make([]string, len(q.By))
		rest.Labels[0] = fmt.Sprintf("(%s others)", format.Grouped(int64(rest.Groups)))
		rest.Share = share(rest.Totals.Cost, total.Totals.Cost)
		answer.Rest = &rest
	}
	return answer, nil
}

// totalOf is the one group of a query without dimensions; zero when the period
// holds no call.
func totalOf(ctx context.Context, reader ledger.Reader, query ledger.Query) (ledger.Group, error) {
	query.By, query.Limit = nil, 0
	groups, err := reader.Aggregate(ctx, query)
	if err != nil {
		return ledger.Group{}, fmt.Errorf("read the total of the period: %w", err)
	}
	if len(groups) == 0 {
		return ledger.Group{}, nil
	}
	return groups[0], nil
}

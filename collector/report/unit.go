package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// UnitQuestion asks what an accepted outcome costs.
type UnitQuestion struct {
	Period  Period
	Outcome string             // its name
	By      []ledger.Dimension // of calls and of the calls that outcomes are about
	Where   []ledger.Condition // which calls are the cost, and which outcomes are theirs
	Revenue *Revenue           // nil = not known
	Top     int                // lines, the most expensive first; 0 = all
}

// UnitAnswer has a line for each group.
type UnitAnswer struct {
	Question UnitQuestion
	Lines    []UnitLine
	More     bool
	Total    UnitLine
	Expired  Expired
	// Recorded are the names of the outcomes of the period, if it has none of the name
	// that was asked for.
	Recorded []string
}

// UnitLine is the cost of all calls of a group, and what came of them.
type UnitLine struct {
	Labels   []string
	Totals   ledger.Totals
	Outcomes Outcomes
	Revenue  *udecimal.Decimal // nil where there is no table
	key      []string
}

// Outcomes counts outcomes of one name.
type Outcomes struct {
	Results int64
	Unknown int64 // about no call that is known
	Passed  int64 // accepted
	// PassedValue is the sum of the values of those accepted.
	PassedValue udecimal.Decimal
}

func (o *Outcomes) add(g *ledger.ResultGroup) {
	o.Results += g.Results
	o.Unknown += g.Unknown
	o.Passed += g.Passed
	o.PassedValue = o.PassedValue.Add(g.PassedValue)
}

// CostPerOutcome is the cost of all calls, including runs without a result, by
// accepted outcomes; nil where there is none, no call, or no call with a price.
func (l *UnitLine) CostPerOutcome() *udecimal.Decimal {
	if l.Totals.Calls == 0 || unpriced(&l.Totals) {
		return nil
	}
	return averageCost(l.Totals.Cost, l.Outcomes.Passed)
}

// Margin is the revenue less the cost; nil without a revenue, or where no call has a price.
func (l *UnitLine) Margin() *udecimal.Decimal {
	if l.Revenue == nil || unpriced(&l.Totals) {
		return nil
	}
	margin := l.Revenue.Sub(l.Totals.Cost)
	return &margin
}

// Unit asks reader the question.
func Unit(ctx context.Context, reader ledger.Reader, q UnitQuestion) (*UnitAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Outcome == "" {
		return nil, &ParameterError{Parameter: "outcome", Err: fmt.Errorf("is missing: name the outcome, such as ticket_resolved")}
	}
	if q.Revenue != nil && !q.Revenue.Has(q.By) {
		return nil, &ParameterError{Parameter: "by", Value: dimensionNames(q.By), Err: fmt.Errorf("the revenue is by %s: use that", q.Revenue.Dimension)}
	}
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	outcomes, err := reader.Results(ctx, ledger.ResultQuery{
		Kind: ledger.ResultOutcome, Name: q.Outcome, From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), By: q.By, Where: q.Where,
	})
	if err != nil {
		return nil, fmt.Errorf("outcomes: %w", err)
	}
	a := &UnitAnswer{Question: q, Expired: all.expired, Total: UnitLine{Totals: all.detail.Totals}}
	for i := range outcomes { // each is in one group
		a.Total.Outcomes.add(&outcomes[i])
	}
	if len(outcomes) == 0 {
		if a.Recorded, err = outcomeNames(ctx, reader, q.Period); err != nil {
			return nil, err
		}
	}
	if len(q.By) == 0 {
		return a, nil
	}
	query := all.query
	query.By = q.By
	calls, err := reader.KeptSums(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("calls by %s: %w", phrase(q.By), err)
	}
	a.join(calls, outcomes)
	if q.Top > 0 && len(a.Lines) > q.Top {
		a.Lines, a.More = a.Lines[:q.Top], true
	}
	return a, nil
}

// outcomeNames are the names of all outcomes of a period.
func outcomeNames(ctx context.Context, reader ledger.Reader, p Period) ([]string, error) {
	found, err := reader.Results(ctx, ledger.ResultQuery{Kind: ledger.ResultOutcome, From: p.From, Until: p.Until, Zone: p.zone()})
	if err != nil {
		return nil, fmt.Errorf("names of outcomes: %w", err)
	}
	names := make([]string, len(found))
	for i := range found {
		names[i] = found[i].Name
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// join makes a line of each group that has calls, outcomes or revenue.
func (a *UnitAnswer) join(calls []ledger.Group, outcomes []ledger.ResultGroup) {
	q := &a.Question
	lines := map[string]*UnitLine{}
	line := func(key []string) *UnitLine {
		name := strings.Join(key, "\x00")
		if lines[name] == nil {
			lines[name] = &UnitLine{Labels: labels(q.By, key), key: key}
		}
		return lines[name]
	}
	for i := range calls {
		line(calls[i].Key).Totals = calls[i].Totals
	}
	for i := range outcomes {
		line(outcomes[i].Key).Outcomes.add(&outcomes[i])
	}
	if q.Revenue != nil {
		total := udecimal.Zero
		for value, amount := range q.Revenue.Of(q.Period) {
			line([]string{value}).Revenue = &amount
			total = total.Add(amount)
		}
		a.Total.Revenue = &total
	}
	for _, l := range lines {
		if q.Revenue != nil && l.Revenue == nil {
			l.Revenue = &udecimal.Decimal{}
		}
		a.Lines = append(a.Lines, *l)
	}
	rowsort.Func(a.Lines, func(x, y UnitLine) int {
		return cmp.Or(y.Totals.Cost.Cmp(x.Totals.Cost), slices.Compare(x.key, y.key))
	})
}

func dimensionNames(by []ledger.Dimension) string {
	names := make([]string, len(by))
	for i, d := range by {
		names[i] = string(d)
	}
	return strings.Join(names, ",")
}

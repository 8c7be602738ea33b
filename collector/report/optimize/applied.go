package optimize

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// scopeDimensions are the kinds of calls that advice moves between models but not
// elsewhere: what came of it is compared by them.
var scopeDimensions = []ledger.Dimension{ledger.ByApplication, ledger.ByAgent, ledger.ByOperation}

// AppliedAnswer compares what advice promised for the calls before a moment with what
// they cost from then on.
type AppliedAnswer struct {
	Before *Answer
	After  report.Period
	Lines  []AppliedLine // the largest promise first
}

// AppliedLine is the calls of one application, agent and operation.
type AppliedLine struct {
	Scope         Subject // without provider and model
	Advice        []Recommendation
	Before, After ledger.Totals
	// Promised is the saving of the advice, at the number of requests after.
	Promised udecimal.Decimal
	// Came compares what the requests after would have cost at the earlier cost of a
	// request with what they did cost; below zero where they cost more. nil where
	// there were none.
	Came *udecimal.Decimal
}

// Applied divides the period of q in two at a moment, finds advice for the first part,
// and looks at the second.
func Applied(ctx context.Context, reader ledger.Reader, q Question, at time.Time) (*AppliedAnswer, error) {
	whole := q.Period
	if !at.After(whole.From) || !at.Before(whole.Until) {
		return nil, &report.ParameterError{Parameter: "applied", Value: at.Format(time.RFC3339), Err: fmt.Errorf("is not inside the period from %s to %s",
			whole.From.Format(time.RFC3339), whole.Until.Format(time.RFC3339))}
	}
	q.Period = report.Period{From: whole.From, Until: at, Zone: whole.Zone}
	before, err := Find(ctx, reader, q)
	if err != nil {
		return nil, err
	}
	a := &AppliedAnswer{Before: before, After: report.Period{From: at, Until: whole.Until, Zone: whole.Zone}}
	lines := map[Subject]*AppliedLine{}
	for _, r := range before.Recommendations {
		if !r.Counted {
			continue
		}
		scope := Subject{Application: r.Subject.Application, Agent: r.Subject.Agent, Operation: r.Subject.Operation}
		if lines[scope] == nil {
			lines[scope] = &AppliedLine{Scope: scope}
		}
		lines[scope].Advice = append(lines[scope].Advice, r)
	}
	for _, side := range []struct {
		period report.Period
		of     func(*AppliedLine) *ledger.Totals
	}{
		{q.Period, func(l *AppliedLine) *ledger.Totals { return &l.Before }},
		{a.After, func(l *AppliedLine) *ledger.Totals { return &l.After }},
	} {
		sums, err := report.Sums(ctx, reader, ledger.Query{
			From: side.period.From, Until: side.period.Until, Zone: side.period.Zone, By: scopeDimensions, Where: q.Where,
		})
		if err != nil {
			return nil, fmt.Errorf("read calls by kind: %w", err)
		}
		for i := range sums {
			for scope, l := range lines {
				if scope.has(sums[i].Key) {
					totals := side.of(l)
					*totals = totals.Add(sums[i].Totals)
				}
			}
		}
	}
	for _, l := range lines {
		l.settle()
		a.Lines = append(a.Lines, *l)
	}
	rowsort.Func(a.Lines, func(x, y AppliedLine) int {
		return cmp.Or(y.Promised.Cmp(x.Promised), cmp.Compare(x.Scope.String(), y.Scope.String()))
	})
	return a, nil
}

// has reports whether a group by scopeDimensions is part of the scope; an empty field
// of a scope means any.
func (s Subject) has(key []string) bool {
	for i, want := range []string{s.Application, s.Agent, s.Operation} {
		if want != "" && want != key[i] {
			return false
		}
	}
	return true
}

// settle compares the promise with what came.
func (l *AppliedLine) settle() {
	if l.Before.Calls == 0 || l.After.Calls == 0 {
		return
	}
	scaled := func(amount udecimal.Decimal) udecimal.Decimal {
		d, err := amount.Mul64(uint64(l.After.Calls)).Div64(uint64(l.Before.Calls))
		if err != nil {
			return udecimal.Zero
		}
		return d.RoundHAZ(ledger.Scale)
	}
	for i := range l.Advice {
		l.Promised = l.Promised.Add(scaled(l.Advice[i].Saving))
	}
	came := scaled(l.Before.Cost).Sub(l.After.Cost)
	l.Came = &came
}

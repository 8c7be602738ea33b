package report

import (
	"context"
	"fmt"
	"math"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// QualityQuestion asks how evaluations judged the outputs of a period.
type QualityQuestion struct {
	Period     Period
	By         []ledger.Dimension // of the calls judged; none = by evaluation alone
	Where      []ledger.Condition
	Evaluation string            // its name; "" = all
	PassFrom   *udecimal.Decimal // the score from which one without a label that says so passes; nil = open
	Top        int               // lines; 0 = all
}

// QualityAnswer has a line for each evaluation and group of calls.
type QualityAnswer struct {
	Question QualityQuestion
	Lines    []QualityLine
	More     bool
	Expired  Expired
}

// QualityLine sums the results of one evaluation.
type QualityLine struct {
	Labels []string // one for each dimension asked for
	ledger.ResultGroup
}

// Mean is of the scores; nil where there is none.
func (l *QualityLine) Mean() *udecimal.Decimal { return averageCost(l.Value, l.Valued) }

// Passed95 is the share that passed, and the bounds that hold the true share with 95 %
// confidence, by Wilson; ok is false where nothing was judged.
func (l *QualityLine) Passed95() (share, low, high float64, ok bool) {
	if l.Judged == 0 {
		return 0, 0, 0, false
	}
	low, high = wilson(l.Passed, l.Judged)
	return ratio(l.Passed, l.Judged), low, high, true
}

// KnownCost is the cost of the evaluated calls; nil where there are calls and none has a
// price.
func (l *QualityLine) KnownCost() *udecimal.Decimal {
	if l.Calls > 0 && l.Calls == l.Unpriced {
		return nil
	}
	return &l.Cost
}

// CostPerPass is the cost of the calls judged, failures included, by what passed; nil
// where nothing passed, or no call has a price.
func (l *QualityLine) CostPerPass() *udecimal.Decimal {
	if l.Calls == l.Unpriced {
		return nil
	}
	return averageCost(l.Cost, l.Passed)
}

// normal95 is the quantile of the normal distribution that leaves 2.5 % on each side.
const normal95 = 1.959963984540054

// wilson is the score interval of a share of n.
func wilson(passed, n int64) (low, high float64) {
	p, size := float64(passed)/float64(n), float64(n)
	spread := normal95 * normal95 / size
	center := p + spread/2
	half := normal95 * math.Sqrt(p*(1-p)/size+spread/(4*size))
	return max(0, (center-half)/(1+spread)), min(1, (center+half)/(1+spread))
}

// ParsePassFrom reads the score from which an evaluation passes; "" leaves that open.
func ParsePassFrom(text string) (*udecimal.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	d, err := udecimal.Parse(text)
	if err == nil {
		_, err = ledger.UnitsOf(d)
	}
	if err != nil {
		return nil, &ParameterError{Parameter: "pass_from", Value: text, Err: fmt.Errorf("use a number such as 0.7")}
	}
	return &d, nil
}

// Quality asks reader the question.
func Quality(ctx context.Context, reader ledger.Reader, q QualityQuestion) (*QualityAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	groups, err := reader.Results(ctx, ledger.ResultQuery{
		Kind: ledger.ResultEvaluation, Name: q.Evaluation, From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(),
		By: q.By, Where: q.Where, PassFrom: q.PassFrom,
	})
	if err != nil {
		return nil, fmt.Errorf("evaluations: %w", err)
	}
	a := &QualityAnswer{Question: q, Expired: all.expired}
	for i := range groups {
		if q.Top > 0 && i == q.Top {
			a.More = true
			break
		}
		a.Lines = append(a.Lines, QualityLine{Labels: labels(q.By, groups[i].Key), ResultGroup: groups[i]})
	}
	return a, nil
}

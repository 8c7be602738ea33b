package report

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// ErrorsQuestion asks what failed, and for whom.
type ErrorsQuestion struct {
	Period Period
	By     []ledger.Dimension // one breakdown each; none = error type, model, user
	Where  []ledger.Condition
	Top    int // lines of each breakdown; 0 = all
}

// ErrorsAnswer holds one breakdown for each dimension asked for.
type ErrorsAnswer struct {
	Question   ErrorsQuestion
	Breakdowns []ErrorBreakdown
	Total      ledger.Totals // of all calls, failed or not
	Failed     ledger.Totals // of the failed ones
	Expired    Expired       // calls of which it is not known how they failed; not in the above
}

// ErrorBreakdown lists the values of a dimension that had errors, most errors
// first.
type ErrorBreakdown struct {
	By    ledger.Dimension
	Lines []ErrorLine
	More  int // lines that Top left out
}

// ErrorLine is one value of a dimension.
type ErrorLine struct {
	Label  string
	Failed ledger.Totals // of the failed calls
	Calls  int64         // all calls; 0 where the dimension itself implies failure
}

// Rate is the share of calls that failed.
func (l *ErrorLine) Rate() (rate float64, known bool) {
	if l.Calls == 0 {
		return 0, false
	}
	return float64(l.Failed.Calls) / float64(l.Calls), true
}

// statusError is the value of ledger.ByStatus for failed calls.
const statusError = "error"

// Errors asks reader the question.
func Errors(ctx context.Context, reader ledger.Reader, q ErrorsQuestion) (*ErrorsAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByErrorType, ledger.ByModel, ledger.ByUser}
	}
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	return q.breakDown(ctx, reader, all)
}

func (q ErrorsQuestion) breakDown(ctx context.Context, reader ledger.Reader, all wholePeriod) (*ErrorsAnswer, error) {
	failures, _, err := failuresBy(ctx, reader, all.query)
	if err != nil {
		return nil, err
	}
	answer := &ErrorsAnswer{Question: q, Total: all.detail.Totals, Expired: all.expired}
	for i := range failures {
		answer.Failed = answer.Failed.Add(failures[i].Totals)
	}
	for _, by := range q.By {
		breakdown, err := errorBreakdown(ctx, reader, all.query, by, q.Top)
		if err != nil {
			return nil, err
		}
		answer.Breakdowns = append(answer.Breakdowns, breakdown)
	}
	return answer, nil
}

// failuresBy returns the failed calls of a question by dimensions, and the number of all
// its calls by the first.
func failuresBy(ctx context.Context, reader ledger.Reader, q ledger.Query, by ...ledger.Dimension) (failures []ledger.Group, calls map[string]int64, err error) {
	q.By, q.TotalsOnly = append(by, ledger.ByStatus), true
	groups, err := reader.Aggregate(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("read failed calls by %s: %w", phrase(q.By), err)
	}
	calls = map[string]int64{}
	for i := range groups {
		g := &groups[i]
		last := len(g.Key) - 1
		calls[g.Key[0]] += g.Totals.Calls
		if g.Key[last] == statusError {
			failures = append(failures, *g)
		}
	}
	return failures, calls, nil
}

func errorBreakdown(ctx context.Context, reader ledger.Reader, all ledger.Query, by ledger.Dimension, top int) (ErrorBreakdown, error) {
	breakdown := ErrorBreakdown{By: by}
	failures, calls, err := failuresBy(ctx, reader, all, by)
	if err != nil {
		return breakdown, err
	}
	if by == ledger.ByErrorType || by == ledger.ByStatus {
		clear(calls) // the value itself says that the calls failed
	}
	for i := range failures {
		value := failures[i].Key[0]
		label := Label(by, value)
		if by == ledger.ByErrorType && value == "" {
			label = "(type not known)"
		}
		breakdown.Lines = append(breakdown.Lines, ErrorLine{Label: label, Failed: failures[i].Totals, Calls: calls[value]})
	}
	rowsort.StableFunc(breakdown.Lines, func(a, b ErrorLine) int {
		return cmp.Or(cmp.Compare(b.Failed.Calls, a.Failed.Calls), cmp.Compare(a.Label, b.Label))
	})
	if top > 0 && len(breakdown.Lines) > top {
		breakdown.More = len(breakdown.Lines) - top
		breakdown.Lines = breakdown.Lines[:top]
	}
	return breakdown, nil
}

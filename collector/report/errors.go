package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

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
	answer := &ErrorsAnswer{Question: q, Total: all.detail.Totals, Expired: all.expired}
	for i, by := range q.By {
		breakdown, failed, err := errorBreakdown(ctx, reader, all.query, by, q.By, q.Top)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			answer.Failed = failed
		}
		answer.Breakdowns = append(answer.Breakdowns, breakdown)
	}
	return answer, nil
}

// fewTogether are dimensions of which few combinations occur: failed calls are read once
// for all of them that a report is about.
var fewTogether = []ledger.Dimension{ledger.ByErrorType, ledger.ByStatus, ledger.ByProvider, ledger.ByModel, ledger.ByRequestModel, ledger.ByOperation, ledger.ByCostStatus}

// failuresBy returns the failed calls of a question by a dimension, and the number of all
// its calls; none where the dimension itself says that they failed. The others are those
// that the same report asks about.
func failuresBy(ctx context.Context, reader ledger.Reader, q ledger.Query, by ledger.Dimension, others []ledger.Dimension) (failures []ledger.Group, calls map[string]int64, err error) {
	q.By, q.TotalsOnly = []ledger.Dimension{by}, true
	failed := q
	if slices.Contains(fewTogether, by) {
		failed.By = slices.DeleteFunc(slices.Clone(fewTogether), func(d ledger.Dimension) bool { return !slices.Contains(others, d) })
	}
	failed.Where = append(slices.Clone(q.Where), ledger.Condition{Dimension: ledger.ByStatus, Values: []string{statusError}})
	if failures, err = reader.Aggregate(ctx, failed); err != nil {
		return nil, nil, fmt.Errorf("read failed calls by %s: %w", phrase(q.By), err)
	}
	place := slices.Index(failed.By, by)
	for i := range failures {
		failures[i].Key = failures[i].Key[place:]
	}
	failures = slices.DeleteFunc(ledger.AddUp(1, failures), func(g ledger.Group) bool { return g.Totals.Calls == 0 })
	if by == ledger.ByErrorType || by == ledger.ByStatus || len(failures) == 0 {
		return failures, nil, nil
	}
	all, err := reader.KeptSums(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("read calls by %s: %w", phrase(q.By), err)
	}
	calls = make(map[string]int64, len(all))
	for i := range all {
		calls[all[i].Key[0]] = all[i].Totals.Calls
	}
	return failures, calls, nil
}

func errorBreakdown(ctx context.Context, reader ledger.Reader, all ledger.Query, by ledger.Dimension, others []ledger.Dimension, top int) (breakdown ErrorBreakdown, failed ledger.Totals, err error) {
	breakdown.By = by
	failures, calls, err := failuresBy(ctx, reader, all, by, others)
	if err != nil {
		return breakdown, failed, err
	}
	for i := range failures {
		failed = failed.Add(failures[i].Totals)
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
	return breakdown, failed, nil
}

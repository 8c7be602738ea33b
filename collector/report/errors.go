package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

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
	Older      Older         // calls of which it is not known how they failed; not in the above
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
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByErrorType, ledger.ByModel, ledger.ByUser}
	}
	all := ledger.Query{From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), Where: q.Where}
	failed := all
	failed.Where = append(slices.Clone(q.Where), ledger.Condition{Dimension: ledger.ByStatus, Values: []string{statusError}})

	answer := &ErrorsAnswer{Question: q}
	sums, err := sumOf(ctx, reader, all)
	if err != nil {
		return nil, err
	}
	total, err := totalOf(ctx, reader, all)
	if err != nil {
		return nil, err
	}
	if answer.Older, err = older(ctx, reader, all, sums, total.Totals); err != nil {
		return nil, err
	}
	failures, err := totalOf(ctx, reader, failed)
	if err != nil {
		return nil, err
	}
	answer.Total, answer.Failed = total.Totals, failures.Totals
	for _, by := range q.By {
		breakdown, err := errorBreakdown(ctx, reader, all, failed, by, q.Top)
		if err != nil {
			return nil, err
		}
		answer.Breakdowns = append(answer.Breakdowns, breakdown)
	}
	return answer, nil
}

func errorBreakdown(ctx context.Context, reader ledger.Reader, all, failed ledger.Query, by ledger.Dimension, top int) (ErrorBreakdown, error) {
	breakdown := ErrorBreakdown{By: by}
	all.By, failed.By = []ledger.Dimension{by}, []ledger.Dimension{by}
	failures, err := reader.Aggregate(ctx, failed)
	if err != nil {
		return breakdown, fmt.Errorf("failed calls by %s: %w", by, err)
	}
	calls := map[string]int64{}
	if by != ledger.ByErrorType && by != ledger.ByStatus {
		groups, err := reader.Aggregate(ctx, all)
		if err != nil {
			return breakdown, fmt.Errorf("calls by %s: %w", by, err)
		}
		for i := range groups {
			calls[groups[i].Key[0]] = groups[i].Totals.Calls
		}
	}
	for i := range failures {
		value := failures[i].Key[0]
		label := Label(by, value)
		if by == ledger.ByErrorType && value == "" {
			label = "(type not known)"
		}
		breakdown.Lines = append(breakdown.Lines, ErrorLine{Label: label, Failed: failures[i].Totals, Calls: calls[value]})
	}
	slices.SortStableFunc(breakdown.Lines, func(a, b ErrorLine) int {
		return cmp.Or(cmp.Compare(b.Failed.Calls, a.Failed.Calls), cmp.Compare(a.Label, b.Label))
	})
	if top > 0 && len(breakdown.Lines) > top {
		breakdown.More = len(breakdown.Lines) - top
		breakdown.Lines = breakdown.Lines[:top]
	}
	return breakdown, nil
}

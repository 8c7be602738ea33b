package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Expired counts calls of a period that are past their retention: the ledger has
// them as sums, without durations and what is not summed by.
type Expired struct {
	Calls, Errors int64
}

// expired compares what the rollups know of a question with the calls
// themselves; detail is their total. Rollups are asked first: calls that
// arrive in between are in the detail only, and are not taken for old ones.
func expired(ctx context.Context, reader ledger.Reader, q ledger.Query, sums, detail ledger.Totals) (Expired, error) {
	if !answeredBySums(nil, q.Where) {
		return missing(ctx, reader, q)
	}
	return Expired{Calls: max(0, sums.Calls-detail.Calls), Errors: max(0, sums.Errors-detail.Errors)}, nil
}

// missing are the calls past their retention that a question leaves out which
// the rollups cannot answer; none where they can. They cannot distinguish calls
// by all of its conditions; whether any are missing, by the others, they can.
func missing(ctx context.Context, reader ledger.Reader, q ledger.Query) (Expired, error) {
	if answeredBySums(q.By, q.Where) {
		return Expired{}, nil
	}
	q.Where = slices.DeleteFunc(slices.Clone(q.Where), func(c ledger.Condition) bool { return !summedBy(c.Dimension) })
	sums, err := sumOf(ctx, reader, q)
	if err != nil {
		return Expired{}, err
	}
	detail, err := keptSum(ctx, reader, q)
	if err != nil {
		return Expired{}, err
	}
	return Expired{Calls: max(0, sums.Calls-detail.Calls), Errors: max(0, sums.Errors-detail.Errors)}, nil
}

// keptSum is the total of the calls that the ledger still has.
func keptSum(ctx context.Context, reader ledger.Reader, q ledger.Query) (sum ledger.Totals, err error) {
	q.By = nil
	kept, err := reader.KeptSums(ctx, q)
	if err != nil {
		return sum, fmt.Errorf("read the calls: %w", err)
	}
	for i := range kept {
		sum = sum.Add(kept[i].Totals)
	}
	return sum, nil
}

// sumsAreOfKept reports whether a store says that the calls of its sums are all stored
// from a time on: then they need not be summed up a second time.
func sumsAreOfKept(ctx context.Context, reader ledger.Reader, from time.Time) bool {
	switch r := storeOf(reader).(type) {
	case ledger.CallSummer:
		return r.SumsCallsSince(ctx, from)
	case interface {
		SummedSince(context.Context) (time.Time, error)
	}:
		since, err := r.SummedSince(ctx)
		return err == nil && !from.Before(since)
	}
	return false
}

// storeOf is the reader that a report was given.
func storeOf(reader ledger.Reader) ledger.Reader {
	switch r := reader.(type) {
	case *modelNames:
		return storeOf(r.Reader)
	case *asking:
		return storeOf(r.Reader)
	}
	return reader
}

// sumOf is the total of a question as Sums gives it.
func sumOf(ctx context.Context, reader ledger.Reader, q ledger.Query) (ledger.Totals, error) {
	q.By, q.Limit = nil, 0
	groups, err := Sums(ctx, reader, q)
	if err != nil {
		return ledger.Totals{}, err
	}
	if len(groups) == 0 {
		return ledger.Totals{}, nil
	}
	return groups[0].Totals, nil
}

// summedBy reports whether the rollups have a dimension.
func summedBy(d ledger.Dimension) bool {
	switch d {
	case ledger.ByDay, ledger.ByHour, ledger.ByMonth, ledger.ByHourOfWeek:
		return true
	}
	return slices.Contains(ledger.RollupDimensions, d)
}

// answeredBySums reports whether the rollups have all these dimensions and conditions.
func answeredBySums(by []ledger.Dimension, where []ledger.Condition) bool {
	return !slices.ContainsFunc(by, func(d ledger.Dimension) bool { return !summedBy(d) }) &&
		!slices.ContainsFunc(where, func(c ledger.Condition) bool { return !summedBy(c.Dimension) })
}

// note says what a report leaves out because calls have expired; nil if none have.
func (o Expired) note(consequence string) []string {
	if o.Calls == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s of the period %s expired and in the rollups only: %s.", format.Counted(o.Calls, "request"), format.Verb(o.Calls, "is", "are"), consequence)}
}

// missingNote says that expired calls are missing, because the rollups do not have all
// dimensions of the report.
func (o Expired) missingNote() []string {
	return o.note("they are missing here, because the rollups do not have all dimensions of this report")
}

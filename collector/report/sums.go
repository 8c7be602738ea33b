package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// Sums asks reader for totals, without percentiles. Where the rollups can
// answer they do, also for a period that cuts through an hour or a day: its
// ragged ends are read from the calls, and the rest from rollups, which reach
// back beyond the retention of the calls. The groups are those of one
// question, most expensive first.
func Sums(ctx context.Context, reader ledger.Reader, q ledger.Query) ([]ledger.Group, error) {
	q.TotalsOnly = true
	together := inTurn
	if names, ok := reader.(*modelNames); ok {
		var err error
		if q, err = names.name(ctx, q); err != nil {
			return nil, err
		}
		together = sideBySide
	}
	cut := q.Cut()
	if len(cut) == 1 {
		return reader.Aggregate(ctx, q)
	}
	if store, ok := storeOf(reader).(ledger.CallSummer); ok && store.SumsCallsSince(ctx, q.From) {
		return reader.Aggregate(ctx, q)
	}
	answers, asks := make([][]ledger.Group, len(cut)), make([]func() error, len(cut))
	for i, part := range cut {
		asks[i] = func() (err error) {
			answers[i], err = reader.Aggregate(ctx, part)
			return err
		}
	}
	if err := together(asks...); err != nil {
		return nil, err
	}
	sums := ledger.AddUp(len(q.By), answers...)
	rowsort.Func(sums, func(a, b ledger.Group) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), slices.Compare(a.Key, b.Key))
	})
	if q.Limit > 0 && len(sums) > q.Limit {
		sums = sums[:q.Limit]
	}
	return sums, nil
}

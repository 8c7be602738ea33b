package ledger

import (
	"context"
	"slices"
)

// KeptSums is Reader.KeptSums by the calls themselves, which aggregate asks: rollups are
// not kept by status.
func KeptSums(ctx context.Context, aggregate func(context.Context, Query) ([]Group, error), q Query) ([]Group, error) {
	n := len(q.By)
	q.TotalsOnly, q.Limit = true, 0
	if !slices.Contains(q.By, ByStatus) {
		q.By = append(slices.Clone(q.By), ByStatus)
	}
	found, err := aggregate(ctx, q)
	if err != nil {
		return nil, err
	}
	return AddUp(n, found), nil
}

package ledger

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// AnswerAggregate answers a question by aggregate; one with Query.CallsOnly by a question
// without it.
func AnswerAggregate(ctx context.Context, aggregate func(context.Context, Query) ([]Group, error), q Query) ([]Group, error) {
	if !q.CallsOnly {
		return aggregate(ctx, q)
	}
	limit := q.Limit
	q.Limit, q.TotalsOnly = 0, true
	groups, err := aggregate(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		groups[i].Totals = Totals{Calls: groups[i].Totals.Calls}
	}
	rowsort.Func(groups, func(a, b Group) int { return slices.Compare(a.Key, b.Key) })
	if limit > 0 && len(groups) > limit {
		groups = groups[:limit]
	}
	return groups, nil
}

package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// groups are the calls of the question by its dimensions, in the order of the lines. A
// dimension may have thousands of values: then percentiles, which are most of the work,
// are read of the lines that are shown alone, and others have none.
func (q CostQuestion) groups(ctx context.Context, reader ledger.Reader, query ledger.Query) ([]ledger.Group, error) {
	query.By = q.By
	if !q.WithoutPercentiles && (q.Top == 0 || q.Sort.byLatency() || !slices.ContainsFunc(q.By, hasManyValues)) {
		groups, err := reader.Aggregate(ctx, query)
		if err != nil {
			return nil, err
		}
		return groups, q.Sort.order(groups)
	}
	groups, err := keptGroups(ctx, reader, query)
	if err != nil {
		return nil, err
	}
	if err := q.Sort.order(groups); err != nil {
		return nil, err
	}
	shown := groups[min(q.Offset, len(groups)):min(q.Offset+q.Top, len(groups))]
	if q.WithoutPercentiles || len(shown) == 0 {
		return groups, nil
	}
	query.Where = slices.Clone(query.Where)
	for i, d := range q.By {
		if !slices.Contains(timeDimensions, d) {
			query.Where = append(query.Where, ledger.Condition{Dimension: d, Values: valuesOf(shown, i)})
		}
	}
	detail, err := reader.Aggregate(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("latency: %w", err)
	}
	latencies := make(map[string]ledger.Latency, len(detail))
	for i := range detail {
		latencies[strings.Join(detail[i].Key, "\x00")] = detail[i].Latency
	}
	for i := range shown {
		shown[i].Latency = latencies[strings.Join(shown[i].Key, "\x00")]
	}
	return groups, nil
}

// sums are the calls of the question by its dimensions, in the order of the lines,
// without latency and those past their retention among them.
func (q CostQuestion) sums(ctx context.Context, reader ledger.Reader, query ledger.Query) ([]ledger.Group, error) {
	query.By = q.By
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, err
	}
	return groups, q.Sort.order(groups)
}

// hasManyValues reports dimensions with as many values as there are users or
// conversations, or whatever a tag tells apart.
func hasManyValues(d ledger.Dimension) bool {
	return d == ledger.ByUser || d == ledger.ByConversation || strings.HasPrefix(string(d), ledger.TagDimensionPrefix)
}

// valuesOf are the values of one dimension of groups, each once.
func valuesOf(groups []ledger.Group, dimension int) (values []string) {
	for i := range groups {
		values = append(values, groups[i].Key[dimension])
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// keptGroups are groups without latency, most expensive first, of the calls that the
// ledger still has.
func keptGroups(ctx context.Context, reader ledger.Reader, query ledger.Query) ([]ledger.Group, error) {
	groups, err := reader.KeptSums(ctx, query)
	rowsort.Func(groups, func(a, b ledger.Group) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), slices.Compare(a.Key, b.Key))
	})
	return groups, err
}

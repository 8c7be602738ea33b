package transfer

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Month holds what two ledgers say of a month of UTC.
type Month struct {
	Month          string // 2026-10
	Source, Target ledger.Totals
}

// Equal tells whether both say the same to the last digit.
func (m *Month) Equal() bool {
	return m.Source.Calls == m.Target.Calls && m.Source.Cost.Equal(m.Target.Cost)
}

// Lacks tells whether the target is missing something.
func (m *Month) Lacks() bool {
	return m.Target.Calls < m.Source.Calls || m.Target.Cost.Cmp(m.Source.Cost) < 0
}

// CompareMonths compares, from a day on, what the sums of two ledgers say.
func CompareMonths(ctx context.Context, source, target ledger.Reader, from time.Time) ([]Month, error) {
	months := make(map[string]*Month)
	month := func(name string) *Month {
		if months[name] == nil {
			months[name] = &Month{Month: name}
		}
		return months[name]
	}
	q := ledger.Query{By: []ledger.Dimension{ledger.ByMonth}, From: from, TotalsOnly: true}
	for _, side := range []struct {
		reader ledger.Reader
		totals func(*Month) *ledger.Totals
	}{
		{source, func(m *Month) *ledger.Totals { return &m.Source }},
		{target, func(m *Month) *ledger.Totals { return &m.Target }},
	} {
		groups, err := side.reader.Aggregate(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range groups {
			*side.totals(month(groups[i].Key[0])) = groups[i].Totals
		}
	}
	compared := make([]Month, 0, len(months))
	for _, name := range slices.Sorted(maps.Keys(months)) {
		compared = append(compared, *months[name])
	}
	return compared, nil
}

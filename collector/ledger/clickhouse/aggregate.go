package clickhouse

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	groups, err := ledger.AnswerAggregate(ctx, s.asked, q)
	return groups, s.wrap("aggregate", err)
}

// asked is the answer of the calls or of a rollup.
func (s *Store) asked(ctx context.Context, q ledger.Query) (groups []ledger.Group, err error) {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return nil, err
	}
	if asked.Rollup != "" {
		source, err := s.settledSums(ctx, asked.Rollup, q.From, q.Until)
		if err != nil {
			return nil, err
		}
		if source != "" {
			asked.Rollup = source
		}
	}
	var f fields
	g := ledger.Group{Key: make([]string, len(q.By))}
	columns.Group(&f, &g)
	err = s.each(ctx, asked.Template(), asked, d.parameters, &f, func() {
		found := g
		found.Key = slices.Clone(g.Key)
		groups = append(groups, found)
	})
	return groups, err
}

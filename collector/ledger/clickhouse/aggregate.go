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
	asked, err := s.aggregation(ctx, &d, q)
	if err != nil {
		return nil, err
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

// aggregation is the statement that answers a question, with what it reads.
func (s *Store) aggregation(ctx context.Context, d *dialect, q ledger.Query) (*sqlbuild.Aggregation, error) {
	asked, err := sqlbuild.Aggregate(d, q)
	if err != nil || asked.Rollup == "" {
		return asked, err
	}
	source, err := s.settledSums(ctx, asked.Rollup, q.From, q.Until)
	if source != "" {
		asked.Rollup = source
	}
	return asked, err
}

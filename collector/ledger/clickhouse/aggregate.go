package clickhouse

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) (groups []ledger.Group, err error) {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
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
	return groups, s.wrap("aggregate", err)
}

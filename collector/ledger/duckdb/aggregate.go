package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render(asked.Template(), asked)
	if err != nil {
		return nil, err
	}
	groups, err := s.groups(ctx, statement, d.args, len(q.By))
	return groups, s.wrap("aggregate", err)
}

func (s *Store) groups(ctx context.Context, statement string, args []any, keys int) ([]ledger.Group, error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var groups []ledger.Group
	for rows.Next() {
		g := ledger.Group{Key: make([]string, keys)}
		t, l := &g.Totals, &g.Latency
		fields := make([]any, 0, keys+15)
		for i := range g.Key {
			fields = append(fields, &g.Key[i])
		}
		fields = append(fields,
			&t.Calls, &t.Errors, &t.Unpriced, &t.Invalid,
			&t.Input, &t.Output, &t.CacheRead, &t.CacheWrite, &t.Reasoning,
			decimalField{&t.Cost}, (*int64)(&t.Duration),
			(*int64)(&l.P50), (*int64)(&l.P95), (*int64)(&l.P99), (*int64)(&l.MeanTTFC))
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}

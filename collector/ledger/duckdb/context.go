package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Contexts implements ledger.Reader.
func (s *Store) Contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	uses, err := s.contexts(ctx, q)
	return uses, s.wrap("contexts", err)
}

func (s *Store) contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	var d dialect
	asked, err := sqlbuild.Contexts(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("contexts.sql", asked)
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sums ledger.ContextSums
	var input int64
	var lineItems, shares string
	key := make([]string, len(q.By))
	fields := []any{&input, &lineItems, &shares}
	for i := range key {
		fields = append(fields, &key[i])
	}
	for rows.Next() {
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		sums.Add(key, input, lineItems, shares)
	}
	return sums.Uses(), rows.Err()
}

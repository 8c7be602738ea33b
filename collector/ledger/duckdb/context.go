package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
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
	var f fields
	var sums ledger.ContextSums
	c := columns.Input{Key: make([]string, len(q.By))}
	columns.Context(&f, &c)
	err = s.each(ctx, "contexts.sql", asked, d.args, f, func() { sums.Add(c.Key, c.Tokens, c.Items, c.Shares) })
	return sums.Uses(), err
}

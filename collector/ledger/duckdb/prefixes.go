package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Prefixes implements ledger.Reader.
func (s *Store) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	var d dialect
	asked, err := sqlbuild.Prefixes(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("prefixes.sql", asked)
	if err != nil {
		return nil, err
	}
	uses, err := s.prefixUses(ctx, statement, append(d.args, q.MinTokens, int64(q.Within)), len(q.By))
	return uses, s.wrap("prefixes", err)
}

func (s *Store) prefixUses(ctx context.Context, statement string, args []any, keys int) ([]ledger.PrefixUse, error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var uses []ledger.PrefixUse
	for rows.Next() {
		u := ledger.PrefixUse{Key: make([]string, keys)}
		fields := make([]any, 0, keys+6)
		for i := range u.Key {
			fields = append(fields, &u.Key[i])
		}
		fields = append(fields, &u.Calls, &u.Long, &u.Prefixes, &u.Again, &u.Tokens, &u.AgainTokens)
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		uses = append(uses, u)
	}
	return uses, rows.Err()
}

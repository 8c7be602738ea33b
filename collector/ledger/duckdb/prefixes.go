package duckdb

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// prefixData fills prefixes.sql.
type prefixData struct {
	sqlbuild.Selection
	MinTokens, Lifetime int64
}

// Prefixes implements ledger.Reader.
func (s *Store) Prefixes(ctx context.Context, q ledger.PrefixQuery) (uses []ledger.PrefixUse, err error) {
	var d dialect
	asked, err := sqlbuild.Prefixes(&d, q)
	if err != nil {
		return nil, err
	}
	var f fields
	u := ledger.PrefixUse{Key: make([]string, len(q.By))}
	columns.Prefix(&f, &u)
	err = s.each(ctx, "prefixes.sql", prefixData{asked, q.MinTokens, int64(q.Within)}, d.args, f, func() {
		found := u
		found.Key = slices.Clone(u.Key)
		uses = append(uses, found)
	})
	return uses, s.wrap("prefixes", err)
}

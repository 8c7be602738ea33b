package duckdb

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// cacheData fills cache_misses.sql.
type cacheData struct {
	sqlbuild.CacheSelection
	MinTokens int64
	Lifetime  int64               // of a prefix in a cache, in nanoseconds
	Calls     int                 // listed of each cause
	Causes    []ledger.CacheCause // without the hits
}

// CacheMisses implements ledger.Reader: one statement answers sums and list, since
// finding the causes is most of the work.
func (s *Store) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	m, err := s.cacheMisses(ctx, q)
	return m, s.wrap("cache misses", err)
}

func (s *Store) cacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	var d dialect
	asked, err := sqlbuild.CacheMisses(&d, q, false)
	if err != nil {
		return nil, err
	}
	causes := slices.DeleteFunc(slices.Clone(ledger.CacheCauses), func(c ledger.CacheCause) bool { return c == ledger.CacheHit })
	var (
		f      fields
		listed bool
		g      ledger.CacheGroup
		c      ledger.MissedCall
		place  int64
		m      ledger.CacheMisses
	)
	f = append(f, &listed)
	columns.CacheGroup(&f, &g)
	columns.MissedCall(&f, &c)
	f = append(f, &place)
	err = s.each(ctx, "cache_misses.sql", cacheData{*asked, q.MinTokens, int64(q.Within), q.Calls, causes}, d.args, f, func() {
		if !listed {
			m.Groups = append(m.Groups, g)
			return
		}
		c.Cause, c.Provider, c.Model, c.Prefix = g.Cause, g.Provider, g.Model, g.Prefix
		m.Calls = append(m.Calls, c)
	})
	return &m, err
}

package duckdb

import (
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
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
	statement, err := render("cache_misses.sql", cacheData{*asked, q.MinTokens, int64(q.Within), q.Calls, causes})
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := &ledger.CacheMisses{}
	for rows.Next() {
		var (
			listed       bool
			g            ledger.CacheGroup
			c            ledger.MissedCall
			begun, place int64
		)
		err := rows.Scan(&listed, &g.Cause, &g.Provider, &g.Model, &g.Day, &g.Calls, &g.Prefix, &g.Read,
			traceIDField{&c.TraceID}, spanIDField{&c.SpanID}, &begun, &c.Agent, (*int64)(&c.Since), &place)
		if err != nil {
			return nil, err
		}
		if !listed {
			m.Groups = append(m.Groups, g)
			continue
		}
		c.Cause, c.Provider, c.Model, c.Prefix, c.Start = g.Cause, g.Provider, g.Model, g.Prefix, time.Unix(0, begun).UTC()
		m.Calls = append(m.Calls, c)
	}
	return m, rows.Err()
}

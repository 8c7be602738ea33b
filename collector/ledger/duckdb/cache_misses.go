package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CacheMisses implements ledger.Reader.
func (s *Store) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	m := &ledger.CacheMisses{}
	err := s.cacheMisses(ctx, q, false, func(scan func(...any) error) error {
		var g ledger.CacheGroup
		err := scan(&g.Cause, &g.Provider, &g.Model, &g.Day, &g.Calls, &g.Prefix, &g.Read)
		m.Groups = append(m.Groups, g)
		return err
	})
	if err != nil || q.Calls == 0 {
		return m, s.wrap("cache misses", err)
	}
	err = s.cacheMisses(ctx, q, true, func(scan func(...any) error) error {
		var c ledger.MissedCall
		var begun int64
		err := scan(&c.Cause, traceIDField{&c.TraceID}, spanIDField{&c.SpanID}, &begun, &c.Provider, &c.Model, &c.Agent, &c.Prefix, (*int64)(&c.Since))
		c.Start = time.Unix(0, begun).UTC()
		m.Calls = append(m.Calls, c)
		return err
	})
	return m, s.wrap("cache misses", err)
}

func (s *Store) cacheMisses(ctx context.Context, q ledger.CacheQuery, list bool, read func(scan func(...any) error) error) error {
	var d dialect
	asked, err := sqlbuild.CacheMisses(&d, q, list)
	if err != nil {
		return err
	}
	statement, err := render("cache_misses.sql", asked)
	if err != nil {
		return err
	}
	args := append(d.args, q.MinTokens, int64(q.Within), int64(q.Within))
	if list {
		args = append(args, q.Calls)
	}
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

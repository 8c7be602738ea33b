package clickhouse

import (
	"context"
	"strconv"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CacheMisses implements ledger.Reader.
func (s *Store) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	m := &ledger.CacheMisses{}
	var err error
	if m.Groups, err = s.cacheGroups(ctx, q); err != nil || q.Calls == 0 {
		return m, s.wrap("cache misses", err)
	}
	m.Calls, err = s.missedCalls(ctx, q)
	return m, s.wrap("cache misses", err)
}

func (s *Store) cacheGroups(ctx context.Context, q ledger.CacheQuery) (groups []ledger.CacheGroup, err error) {
	var f fields
	var g ledger.CacheGroup
	columns.CacheGroup(&f, &g)
	err = s.cacheMisses(ctx, q, false, &f, func() { groups = append(groups, g) })
	return groups, err
}

func (s *Store) missedCalls(ctx context.Context, q ledger.CacheQuery) (found []ledger.MissedCall, err error) {
	var f fields
	var c ledger.MissedCall
	f.Text("cause", (*string)(&c.Cause))
	f.Text("vendor", &c.Provider)
	f.Text("model_name", &c.Model)
	f.Sum("prefix", &c.Prefix)
	columns.MissedCall(&f, &c)
	err = s.cacheMisses(ctx, q, true, &f, func() { found = append(found, c) })
	return found, err
}

func (s *Store) cacheMisses(ctx context.Context, q ledger.CacheQuery, list bool, f *fields, see func()) error {
	var d dialect
	asked, err := sqlbuild.CacheMisses(&d, q, list)
	if err != nil {
		return err
	}
	return s.eachFound(ctx, "cache_misses.sql", asked, d.parameters, &q, list, f, see)
}

// eachFound asks for the sums or the list of what is found by the hash of a prefix.
func (s *Store) eachFound(ctx context.Context, query string, asked any, parameters []proto.Parameter, q *ledger.CacheQuery, list bool, f *fields, see func()) error {
	parameters = append(parameters,
		parameter("min_tokens", strconv.FormatInt(q.MinTokens, 10)),
		parameter("within", strconv.FormatInt(int64(q.Within), 10)),
	)
	if list {
		parameters = append(parameters, parameter("calls", strconv.Itoa(q.Calls)))
	}
	return s.each(ctx, query, asked, parameters, f, see)
}

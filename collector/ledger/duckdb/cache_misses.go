package duckdb

import (
	"context"
	"hash/maphash"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CacheMisses implements ledger.Reader. Each call is looked at once, in the order of their
// starts: DuckDB would sort all of them, once by prompt and once by thread.
func (s *Store) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	m, err := s.cacheMisses(ctx, q, passMemory{maxHashes, orderedRows})
	return m, s.wrap("cache misses", err)
}

func (s *Store) cacheMisses(ctx context.Context, q ledger.CacheQuery, memory passMemory) (*ledger.CacheMisses, error) {
	var d dialect
	asked, err := sqlbuild.CacheMisses(&d, q, false)
	if err != nil {
		return nil, err
	}
	prompts, threads := uint64(1), uint64(1) // shares
	for {
		m, err := s.missesByShares(ctx, &q, asked, d.args, memory, prompts, threads)
		switch err {
		case errPrompts:
			prompts *= 2
		case errThreads:
			threads *= 2
		default:
			return m, err
		}
	}
}

// missesByShares reads the calls once for each share of their prompts and threads.
func (s *Store) missesByShares(ctx context.Context, q *ledger.CacheQuery, asked *sqlbuild.CacheSelection, args []any, memory passMemory, prompts, threads uint64) (*ledger.CacheMisses, error) {
	sums := missSums{calls: q.Calls}
	reader := promptReader{seed: maphash.MakeSeed(), models: &sums.models}
	calls := orderedCalls[promptCall]{
		table: &promptCalls, fill: reader.fill, conditions: asked.Conditions, args: args, start: (*promptCall).start, rows: memory.rows,
		statement: func(conditions []string) (string, error) {
			part := *asked
			part.Conditions = conditions
			return render("cache_calls.sql", &part)
		},
	}
	for i := range prompts * threads {
		pass := missPass{
			query: q, sums: &sums, prompts: byHash[promptUse]{limit: memory.hashes}, threads: byHash[threadCall]{limit: memory.hashes},
			ofPrompts: hashShare{i / threads, prompts}, ofThreads: hashShare{i % threads, threads},
		}
		if err := calls.each(ctx, s, pass.see); err != nil {
			return nil, err
		}
	}
	m := sums.answer()
	return m, s.nameAgents(ctx, m.Calls)
}

package duckdb

import (
	"context"
	"hash/maphash"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// tracesData fills waste_traces.sql.
type tracesData struct {
	Around   []string
	Failures int
}

// Waste implements ledger.Reader. Each call is looked at once, in the order of their starts, as for
// cache misses: DuckDB would read all of them for each kind of waste.
func (s *Store) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	w, err := s.waste(ctx, q, passMemory{maxHashes, orderedRows})
	return w, s.wrap("waste", err)
}

func (s *Store) waste(ctx context.Context, q ledger.WasteQuery, memory passMemory) (*ledger.Waste, error) {
	var d dialect
	asked, err := sqlbuild.Waste(&d, q, false)
	if err != nil {
		return nil, err
	}
	prompts, traces := uint64(1), uint64(1) // shares
	for {
		w, err := s.wasteByShares(ctx, &q, asked, d.args, memory, prompts, traces)
		switch err {
		case errPrompts:
			prompts *= 2
		case errTraces:
			traces *= 2
		default:
			return w, err
		}
	}
}

// wasteByShares reads the calls once for each share of their prompts and traces.
func (s *Store) wasteByShares(ctx context.Context, q *ledger.WasteQuery, asked *sqlbuild.WasteSelection, args []any, memory passMemory, prompts, traces uint64) (*ledger.Waste, error) {
	statement, err := render("waste_traces.sql", tracesData{asked.Around, q.Failures})
	if err != nil {
		return nil, err
	}
	sums := wasteSums{calls: q.Calls}
	seed := maphash.MakeSeed()
	for i := range prompts * traces {
		pass := wastePass{
			query: q, sums: &sums, prompts: byHash[int64]{limit: memory.hashes}, ofPrompts: hashShare{i / traces, prompts},
			traces: traceFailures{seed: seed, share: hashShare{i % traces, traces}, marks: byHash[traceMark]{limit: memory.hashes}},
		}
		calls := orderedCalls[wasteCall]{
			table: &wasteCalls, fill: sums.fill, conditions: asked.Conditions, args: args, start: (*wasteCall).start, rows: memory.rows,
			statement: func(conditions []string) (string, error) {
				part := asked.CacheSelection
				part.Conditions = conditions
				return render("waste_calls.sql", &part)
			},
			first: func(ctx context.Context, conn mapping.Connection) error {
				return pass.traces.read(ctx, s, conn, statement)
			},
		}
		if err := calls.each(ctx, s, pass.see); err != nil {
			return nil, err
		}
	}
	w := sums.answer()
	return w, s.describe(ctx, w.Calls)
}

package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// pastCosts is the table of figures that were replaced.
var pastCosts = table[ledger.PastCost]{
	name:    "past_costs",
	staging: "staged_past_costs",
	columns: columns.PastCosts(kinds[ledger.PastCost]()),
}

func identifyPastCost(p *ledger.PastCost) (key, version) {
	return key{day: dayOf(p.Start), trace: p.TraceID, span: p.SpanID}, version{p.Revision, p.Replaced.UnixMicro()}
}

// callsToPrice are the columns of calls that a price or settling depends on.
var callsToPrice = table[ledger.Call]{
	name:    calls.name,
	columns: versioned(columns.CallsToPrice(kinds[ledger.Call]())),
}

// newCosts are the columns by which a repriced call is found, and its cost.
var newCosts = table[ledger.Call]{
	name:    calls.name,
	staging: "staged_costs",
	columns: selected(callsToPrice.columns, slices.Concat([]string{"trace_id", "span_id", "start_time", "revision", "received_time"}, costColumns)),
}

// costColumns are those of a cost, in calls and among past costs.
var costColumns = []string{"cost_status", "cost", "currency", "cost_reason", "cost_flags", "cost_line_items", "catalog_version"}

func selected[T any](all []column[T], names []string) []column[T] {
	return slices.DeleteFunc(slices.Clone(all), func(c column[T]) bool { return !slices.Contains(names, c.name) })
}

// Calls implements ledger.Store.
func (s *Store) Calls(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	found, err := selectRows(ctx, s, &calls, "calls.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("calls", err)
}

// CallsToPrice implements ledger.Store.
func (s *Store) CallsToPrice(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	found, err := selectRows(ctx, s, &callsToPrice, "calls.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("calls to price", err)
}

// WriteCosts implements ledger.Store, in one transaction.
func (s *Store) WriteCosts(ctx context.Context, calls []ledger.Call, replaced time.Time) (written int, err error) {
	if len(calls) == 0 {
		return 0, nil
	}
	for i := range calls {
		if err := calls[i].CheckNext(); err != nil {
			return 0, err
		}
	}
	first, last := ledger.Extent(calls, func(c *ledger.Call) time.Time { return c.Start })
	defer s.cubes.forgetPeriod(stretch{first.UnixNano(), last.UnixNano() + 1}) // also where it is not known what became of the rows
	period := []any{first.UnixNano(), last.UnixNano()}
	var changed int64
	if err := s.inTransaction(ctx, func(tx *sql.Tx) (err error) {
		changed, err = takeOver(ctx, s, tx, &newCosts, calls, identifyCall,
			step{"keep_costs.sql", slices.Concat([]any{replaced.UnixMicro()}, period, period)}, step{"write_flags.sql", period}, step{"write_costs.sql", period})
		return err
	}); err != nil {
		return 0, s.wrap("write costs", err)
	}
	return int(changed), nil
}

// KeepCosts implements ledger.Store.
func (s *Store) KeepCosts(ctx context.Context, costs []ledger.PastCost) error {
	if len(costs) == 0 {
		return nil
	}
	first, last := ledger.Extent(costs, func(p *ledger.PastCost) time.Time { return p.Start })
	return s.wrap("keep costs", s.inTransaction(ctx, func(tx *sql.Tx) error {
		_, err := takeOver(ctx, s, tx, &pastCosts, costs, identifyPastCost, step{"insert_past_costs.sql", []any{first.UnixNano(), last.UnixNano()}})
		return err
	}))
}

// PastCosts implements ledger.Store.
func (s *Store) PastCosts(ctx context.Context, id ledger.TraceID) ([]ledger.PastCost, error) {
	found, err := selectRows(ctx, s, &pastCosts, "past_costs.sql", id.String())
	return found, s.wrap("past costs", err)
}

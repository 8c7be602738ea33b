package duckdb

import (
	"context"
	"fmt"
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
	s.writing.Lock()
	defer s.writing.Unlock()
	written, err = s.writeCosts(ctx, calls, replaced)
	return written, s.wrap("write costs", s.done(err))
}

func (s *Store) writeCosts(ctx context.Context, calls []ledger.Call, replaced time.Time) (written int, err error) {
	if err := s.prepareWriter(ctx); err != nil {
		return 0, err
	}
	if _, err := s.writer.ExecContext(ctx, stagingTable(&newCosts)); err != nil {
		return 0, err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer rollback(tx)
	if err := stage(s.writer, &newCosts, calls, identifyCall); err != nil {
		return 0, err
	}
	first, last := ledger.Extent(calls, func(c *ledger.Call) time.Time { return c.Start })
	defer s.cubes.forgetPeriod(stretch{first.UnixNano(), last.UnixNano() + 1}) // also where it is not known what became of the rows
	period := []any{first.UnixNano(), last.UnixNano()}
	for _, step := range []struct {
		name string
		args []any
	}{
		{"keep_costs.sql", append([]any{replaced.UnixMicro()}, append(period, period...)...)},
		{"write_flags.sql", period},
		{"write_costs.sql", period},
		{"clear_staged.sql", nil},
	} {
		statement, err := render(step.name, costData{Staging: newCosts.staging, Costs: costColumns})
		if err != nil {
			return 0, err
		}
		result, err := tx.ExecContext(ctx, statement, step.args...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", step.name, err)
		}
		if step.name == "write_costs.sql" {
			changed, err := result.RowsAffected()
			if err != nil {
				return 0, err
			}
			written = int(changed)
		}
	}
	return written, tx.Commit()
}

// costData fills the statements that write costs.
type costData struct {
	Staging string
	Costs   []string
}

// KeepCosts implements ledger.Store.
func (s *Store) KeepCosts(ctx context.Context, costs []ledger.PastCost) error {
	if len(costs) == 0 {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.wrap("keep costs", s.done(s.keepCosts(ctx, costs)))
}

func (s *Store) keepCosts(ctx context.Context, costs []ledger.PastCost) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	if _, err := s.writer.ExecContext(ctx, stagingTable(&pastCosts)); err != nil {
		return err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(tx)
	if err := stage(s.writer, &pastCosts, costs, identifyPastCost); err != nil {
		return err
	}
	data := statementData{Table: pastCosts.name, Staging: pastCosts.staging, Columns: pastCosts.columnList()}
	first, last := ledger.Extent(costs, func(p *ledger.PastCost) time.Time { return p.Start })
	for _, step := range []struct {
		name string
		args []any
	}{
		{"insert_past_costs.sql", []any{first.UnixNano(), last.UnixNano()}},
		{"clear_staged.sql", nil},
	} {
		statement, err := render(step.name, data)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, statement, step.args...); err != nil {
			return fmt.Errorf("%s: %w", pastCosts.name, err)
		}
	}
	return tx.Commit()
}

// PastCosts implements ledger.Store.
func (s *Store) PastCosts(ctx context.Context, id ledger.TraceID) ([]ledger.PastCost, error) {
	found, err := selectRows(ctx, s, &pastCosts, "past_costs.sql", id.String())
	return found, s.wrap("past costs", err)
}

package duckdb

import (
	"context"
	"fmt"
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

// Calls implements ledger.Store.
func (s *Store) Calls(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	found, err := selectRows(ctx, s, &calls, "calls.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("calls", err)
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
	first, last := costs[0].Start, costs[0].Start
	for i := range costs {
		first, last = earlier(first, costs[i].Start), later(last, costs[i].Start)
	}
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

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// PastCosts implements ledger.Store.
func (s *Store) PastCosts(ctx context.Context, id ledger.TraceID) ([]ledger.PastCost, error) {
	found, err := selectRows(ctx, s, &pastCosts, "past_costs.sql", id.String())
	return found, s.wrap("past costs", err)
}

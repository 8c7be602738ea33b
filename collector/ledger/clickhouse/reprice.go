package clickhouse

import (
	"context"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// pastCostTable holds the figures that were replaced.
const pastCostTable = "past_costs"

func newPastCostBlock() *block[ledger.PastCost] {
	return newBlock(columns.PastCosts(kinds[ledger.PastCost]()))
}

// Repricing is rare: its blocks are shared by all stores.
var pastCostBlocks = sync.Pool{New: func() any { return newPastCostBlock() }}

// Calls implements ledger.Store. Calls that have expired and are not deleted
// yet are left out: their sums are final.
func (s *Store) Calls(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	kept, err := s.Retention(ctx)
	if err != nil {
		return nil, err
	}
	if first := time.Now().UTC().Truncate(day).AddDate(0, 0, -kept.DetailDays); from.Before(first) {
		from = first
	}
	if !from.Before(until) {
		return nil, nil
	}
	found, err := selectRows[ledger.Call](ctx, s, "calls.sql", rowsData{Table: callTable}, &s.callBlocks, period(from, until)...)
	return found, s.wrap("calls", err)
}

// KeepCosts implements ledger.Store.
func (s *Store) KeepCosts(ctx context.Context, costs []ledger.PastCost) error {
	return s.wrap("keep costs", insert(ctx, s, pastCostTable, &pastCostBlocks, costs))
}

// PastCosts implements ledger.Store.
func (s *Store) PastCosts(ctx context.Context, id ledger.TraceID) ([]ledger.PastCost, error) {
	found, err := selectRows[ledger.PastCost](ctx, s, "past_costs.sql", rowsData{Table: pastCostTable}, &pastCostBlocks, parameter("trace", id.String()))
	return found, s.wrap("past costs", err)
}

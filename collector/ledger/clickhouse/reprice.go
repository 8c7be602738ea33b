package clickhouse

import (
	"context"
	"sync"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.Repricer = (*Store)(nil)

// pastCostTable holds the figures that were replaced.
const pastCostTable = "past_costs"

func newPastCostBlock() *block[ledger.PastCost] {
	return newBlock([]column[ledger.PastCost]{
		traceID("trace_id", func(p *ledger.PastCost) *ledger.TraceID { return &p.TraceID }),
		spanID("span_id", func(p *ledger.PastCost) *ledger.SpanID { return &p.SpanID }),
		instant("start_time", func(p *ledger.PastCost) *time.Time { return &p.Start }),
		small("revision", func(p *ledger.PastCost) *int { return &p.Revision }),
		word("cost_status", func(p *ledger.PastCost) *string { return &p.Cost.Status }),
		amount("cost", func(p *ledger.PastCost) **udecimal.Decimal { return &p.Cost.Amount }),
		word("currency", func(p *ledger.PastCost) *string { return &p.Cost.Currency }),
		word("cost_reason", func(p *ledger.PastCost) *string { return &p.Cost.Reason }),
		texts("cost_flags", func(p *ledger.PastCost) *[]string { return &p.Cost.Flags }),
		text("cost_line_items", func(p *ledger.PastCost) *string { return &p.Cost.LineItems }),
		word("catalog_version", func(p *ledger.PastCost) *string { return &p.Cost.CatalogVersion }),
		instant("replaced_time", func(p *ledger.PastCost) *time.Time { return &p.Replaced }),
	})
}

// Repricing is rare: its blocks are shared by all stores.
var pastCostBlocks = sync.Pool{New: func() any { return newPastCostBlock() }}

// Calls implements ledger.Repricer. Calls that have expired and are not deleted
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

// KeepCosts implements ledger.Repricer.
func (s *Store) KeepCosts(ctx context.Context, costs []ledger.PastCost) error {
	return s.wrap("keep costs", insert(ctx, s, pastCostTable, &pastCostBlocks, costs))
}

// PastCosts implements ledger.Repricer.
func (s *Store) PastCosts(ctx context.Context, id ledger.TraceID) ([]ledger.PastCost, error) {
	found, err := selectRows[ledger.PastCost](ctx, s, "past_costs.sql", rowsData{Table: pastCostTable}, &pastCostBlocks, parameter("trace", id.String()))
	return found, s.wrap("past costs", err)
}

package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

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

// pricedBlocks have the columns that a price or settling depends on.
var pricedBlocks = sync.Pool{New: func() any { return newPricedBlock() }}

func newPricedBlock() *block[ledger.Call] {
	return newBlock(slices.Concat(columns.CallsToPrice(kinds[ledger.Call]()), billColumns(), []column[ledger.Call]{callVersion()}), product)
}

// Calls implements ledger.Store. Calls that have expired and are not deleted
// yet are left out: their sums are final.
func (s *Store) Calls(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	found, err := s.keptCalls(ctx, from, until, &s.callBlocks)
	return found, s.wrap("calls", err)
}

// CallsToPrice implements ledger.Store, as Calls does.
func (s *Store) CallsToPrice(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	found, err := s.keptCalls(ctx, from, until, &pricedBlocks)
	return found, s.wrap("calls to price", err)
}

func (s *Store) keptCalls(ctx context.Context, from, until time.Time, blocks *sync.Pool) ([]ledger.Call, error) {
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
	return selectRows[ledger.Call](ctx, s, "calls.sql", rowsData{Table: callTable}, blocks, period(from, until)...)
}

// newCosts is the name by which statements ask for the costs that come with them.
const newCosts = "new_costs"

// costsData fills the statements that write costs.
type costsData struct {
	Costs   string   // newCosts
	Changed []string // columns that a cost changes
	Kept    []string // the other columns of a row
}

// costColumns are the columns of a row that its cost changes, but for its version.
var costColumns = []string{"product", "cost", "cost_line_items", "cost_quantities"}

// WriteCosts implements ledger.Store. Every shard is sent the new costs and takes those of
// its own rows. The past costs are stored before: what is cut short in between is
// repeated, and keeps them once.
func (s *Store) WriteCosts(ctx context.Context, calls []ledger.Call, replaced time.Time) (written int, err error) {
	for i := range calls {
		if err := calls[i].CheckNext(); err != nil {
			return 0, err
		}
	}
	for chunk := range slices.Chunk(calls, maxRows) {
		if err := s.everyShard(ctx, func(shard *Store) error {
			changed, err := shard.writeCosts(ctx, chunk, replaced)
			written += changed
			return err
		}); err != nil {
			return written, s.wrap("write costs", err)
		}
	}
	return written, nil
}

func (s *Store) writeCosts(ctx context.Context, calls []ledger.Call, replaced time.Time) (written int, err error) {
	b := pricedBlocks.Get().(*block[ledger.Call])
	defer pricedBlocks.Put(b)
	b.reset()
	b.append(calls)
	data := costsData{Costs: newCosts, Changed: costColumns, Kept: keptColumns()}
	keys := []string{"trace_id", "span_id", "start_time", "version"}
	first, last := ledger.Extent(calls, func(c *ledger.Call) time.Time { return c.Start })
	parameters := append(period(first, last), parameter("replaced", strconv.FormatInt(replaced.UnixMicro(), 10)))
	var rows proto.ColUInt64
	for _, step := range []struct {
		name    string
		columns []string // of the costs that it is sent
	}{{"keep_costs.sql", keys}, {"write_costs.sql", slices.Concat(keys, costColumns)}, {"written_costs.sql", keys}} {
		statement, err := render(step.name, data)
		if err != nil {
			return 0, err
		}
		query := ch.Query{
			Body: statement, Parameters: parameters, ExternalTable: newCosts, ExternalData: b.inputOf(step.columns),
			// Rollups rely on an insert being over when an hour counts as quiet.
			Settings: []ch.Setting{{Key: "max_execution_time", Value: "60", Important: true}},
		}
		if step.name == "written_costs.sql" {
			query.Result = proto.Results{{Name: "written", Data: &rows}}
		}
		if err := s.do(ctx, query); err != nil {
			return 0, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	if len(rows) > 0 {
		written = int(rows[0])
	}
	return written, nil
}

// keptColumns are the columns of the table that a cost does not change.
func keptColumns() []string {
	b := newCallBlock()
	var kept []string
	for _, name := range b.stored() {
		if name != "version" && !slices.Contains(costColumns, name) {
			kept = append(kept, name)
		}
	}
	return kept
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

package clickhouse

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/google/uuid"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// keptSum is a sum as a row of cost_hourly_rows.
type keptSum struct {
	ledger.Sum
	run uuid.UUID
}

func sumColumns() []column[keptSum] {
	return append(columns.Sums(kinds[keptSum](), func(s *keptSum) *ledger.Sum { return &s.Sum }),
		&hourColumn{columnBase: columnBase{title: "bucket", used: true}},
		unsigned("calls", func(s *keptSum) *int64 { return &s.Calls }),
		unsigned("errors", func(s *keptSum) *int64 { return &s.Errors }),
		newSumCost())
}

// Moving a ledger is rare: its blocks are shared by all stores.
var (
	sumBlocks     = sync.Pool{New: func() any { return newBlock(sumColumns()) }}
	keptSumBlocks = sync.Pool{New: func() any {
		return newBlock(append(sumColumns(), &runColumn{columnBase: columnBase{title: "run", used: true}}))
	}}
)

// Sums implements ledger.Store.
func (s *Store) Sums(ctx context.Context, from, until time.Time) ([]ledger.Sum, error) {
	found, err := selectRows[keptSum](ctx, s, "sums.sql", rowsData{}, &sumBlocks, period(from, until)...)
	sums := make([]ledger.Sum, len(found))
	for i := range found {
		sums[i] = found[i].Sum
	}
	return sums, s.wrap("sums", err)
}

// KeepSums implements ledger.Store. On a cluster one shard takes them all;
// the others, first, have their hours settled with nothing in them.
func (s *Store) KeepSums(ctx context.Context, day time.Time, sums []ledger.Sum) error {
	if len(sums) == 0 {
		return nil
	}
	var hours []time.Time
	for i := range sums {
		hours = append(hours, sums[i].Hour)
	}
	slices.SortFunc(hours, time.Time.Compare)
	hours = slices.CompactFunc(hours, time.Time.Equal)
	err := s.everyShard(ctx, func(s *Store) error { return s.keepSums(ctx, hours, nil) })
	if err != nil {
		return s.wrap("keep sums", err)
	}
	kept := false
	err = s.everyShard(ctx, func(s *Store) error {
		if kept {
			return nil
		}
		err := s.keepSums(ctx, hours, sums)
		kept = err == nil
		return err
	})
	if err != nil {
		return s.wrap("keep sums", err)
	}
	return s.wrap("keep sums", s.everyShard(ctx, func(s *Store) error {
		now, err := s.clock(ctx)
		if err != nil {
			return err
		}
		return s.sumUp(ctx, refreshes[1], now, []time.Time{day})
	}))
}

// keptFor is how far ahead of now the run of sums that were taken over is
// dated: no mark is younger, so that its hours stay settled.
const keptFor = 100 * 365 * day

// keepSums has hours read from the sums alone.
func (s *Store) keepSums(ctx context.Context, hours []time.Time, sums []ledger.Sum) error {
	now, err := s.clock(ctx)
	if err != nil {
		return err
	}
	run := uuid.New()
	rows := make([]keptSum, len(sums))
	for i := range sums {
		rows[i] = keptSum{sums[i], run}
	}
	if err := insert(ctx, s, "cost_hourly_rows", &keptSumBlocks, rows); err != nil {
		return err
	}
	// Until its run is named no one reads a row.
	return s.settle(ctx, refreshes[0], run, now.Add(keptFor), hours)
}

// clock is the server's.
func (s *Store) clock(ctx context.Context) (time.Time, error) {
	var now proto.ColInt64
	if err := s.do(ctx, ch.Query{
		Body:   "SELECT toUnixTimestamp64Micro(now64(6, 'UTC')) AS now",
		Result: proto.Results{{Name: "now", Data: &now}},
	}); err != nil {
		return time.Time{}, err
	}
	return time.UnixMicro(now[0]).UTC(), nil
}

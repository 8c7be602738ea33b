package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/ch-go"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Write inserts the batch: the calls as one block, then the spans. A row
// replaces the one with its trace and span id that started on the same day,
// unless that one has a later version; the views show it at once, the merges of
// the server remove the other in time.
func (s *Store) Write(ctx context.Context, batch ledger.Batch) error {
	if len(batch.Calls) == 0 && len(batch.Spans) == 0 {
		return nil
	}
	if err := batch.Check(); err != nil {
		return err
	}
	forgotten, err := s.forgotten(ctx)
	if err != nil {
		return s.wrap("write", err)
	}
	batch = forgotten.Batch(batch)
	if err := insert(ctx, s, callTable, &s.callBlocks, batch.Calls); err != nil {
		return s.wrap("write", err)
	}
	return s.wrap("write", insert(ctx, s, spanTable, &s.spanBlocks, batch.Spans))
}

// writeRows checks and inserts rows of a table next to the calls, without what forgotten
// users were.
func writeRows[T any, R ledger.Row[T]](ctx context.Context, s *Store, table string, blocks *sync.Pool, rows []T, admissible func(ledger.ForgottenUsers, []T) []T) error {
	if len(rows) == 0 {
		return nil
	}
	if err := ledger.CheckRows[T, R](rows); err != nil {
		return err
	}
	forgotten, err := s.forgotten(ctx)
	if err != nil {
		return s.wrap("write", err)
	}
	return s.wrap("write", insert(ctx, s, table, blocks, admissible(forgotten, rows)))
}

func insert[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, rows []T) error {
	for chunk := range slices.Chunk(rows, maxRows) {
		if err := insertBlock(ctx, s, table, blocks, chunk); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

func insertBlock[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, rows []T) error {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	b.append(rows)
	input := b.input()
	names := make([]string, len(input))
	for i, c := range input {
		names[i] = c.Name
	}
	return s.do(ctx, ch.Query{
		Body:  "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES",
		Input: input,
		Settings: []ch.Setting{
			// The answer means stored: blocks are large enough to be parts.
			{Key: "async_insert", Value: "0", Important: true},
			// Versions within a block are left to merges and to FINAL.
			{Key: "optimize_on_insert", Value: "0", Important: true},
			// Rollups rely on an insert being over when an hour counts as quiet.
			{Key: "max_execution_time", Value: "60", Important: true},
		},
	})
}

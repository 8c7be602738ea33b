package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/ClickHouse/ch-go"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Write inserts the batches: their calls as one block, then their spans. A row
// replaces the one with its trace and span id that started on the same day,
// unless that one has a later version; the views show it at once, the merges of
// the server remove the other in time.
func (s *Store) Write(ctx context.Context, batches ...ledger.Batch) error {
	if calls, spans := ledger.CountRows(batches); calls+spans == 0 {
		return nil
	}
	if err := ledger.CheckBatches(batches); err != nil {
		return err
	}
	forgotten, err := s.forgotten(ctx)
	if err != nil {
		return s.wrap("write", err)
	}
	batches = forgotten.Batches(batches)
	calls, spans := make([][]ledger.Call, len(batches)), make([][]ledger.AgentSpan, len(batches))
	for i := range batches {
		calls[i], spans[i] = batches[i].Calls, batches[i].Spans
	}
	if err := insert(ctx, s, callTable, &s.callBlocks, calls...); err != nil {
		return s.wrap("write", err)
	}
	return s.wrap("write", insert(ctx, s, spanTable, &s.spanBlocks, spans...))
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

// insert inserts the rows of parts, which it does not join in memory: they become the
// columns of a block.
func insert[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, parts ...[]T) error {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	rows := 0
	for _, part := range parts {
		for len(part) > 0 {
			n := min(len(part), maxRows-rows)
			b.append(part[:n])
			part, rows = part[n:], rows+n
			if rows < maxRows {
				continue
			}
			if err := insertBlock(ctx, s, table, b); err != nil {
				return err
			}
			b.reset()
			rows = 0
		}
	}
	if rows == 0 {
		return nil
	}
	return insertBlock(ctx, s, table, b)
}

func insertBlock[T any](ctx context.Context, s *Store, table string, b *block[T]) error {
	input := b.input()
	names := make([]string, len(input))
	for i, c := range input {
		names[i] = c.Name
	}
	err := s.do(ctx, ch.Query{
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
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

package duckdb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	var err error
	if trace.Calls, err = traceRows(ctx, s, &calls, id, func(c *ledger.Call) time.Time { return c.Start }); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = traceRows(ctx, s, &spans, id, func(a *ledger.AgentSpan) time.Time { return a.Start }); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

// tracePiece is about how many rows of a trace are read at a time: DuckDB sorts them and
// holds the answer within its memory_limit, which has no room for all columns of a large
// trace.
var tracePiece = 10_000

// traceData fills trace.sql and trace_starts.sql.
type traceData struct {
	Table, Columns string
	Limit          int // of the first piece; 0 = a stretch of time
}

// traceRows reads the rows of a trace from one table, in the order of their start: first
// those of one piece and, if there are more, the others by stretches of time.
func traceRows[T any](ctx context.Context, s *Store, t *table[T], id ledger.TraceID, start func(*T) time.Time) ([]T, error) {
	data := traceData{Table: t.name, Columns: t.columnList(), Limit: tracePiece}
	read := func(args ...any) ([]T, error) {
		statement, err := render("trace.sql", data)
		if err != nil {
			return nil, err
		}
		return readRows(ctx, s, t, statement, append([]any{id.String()}, args...))
	}
	all, err := read()
	if err != nil || len(all) < data.Limit {
		return all, err
	}
	// Further rows may have the last start.
	from := start(&all[len(all)-1])
	all = all[:slices.IndexFunc(all, func(row T) bool { return start(&row).Equal(from) })]
	var starts []int64
	var at int64
	if err := s.each(ctx, "trace_starts.sql", data, []any{id.String(), from.UnixNano()}, fields{&at}, func() { starts = append(starts, at) }); err != nil {
		return nil, err
	}
	data.Limit = 0
	for len(starts) > 0 {
		first := starts[0]
		until := starts[min(tracePiece, len(starts))-1] + 1
		piece, err := read(first, until)
		if err != nil {
			return nil, err
		}
		all = append(all, piece...)
		rest, _ := slices.BinarySearch(starts, until)
		starts = starts[rest:]
	}
	return all, nil
}

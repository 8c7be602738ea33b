package duckdb

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	var err error
	if trace.Calls, err = traceRows(ctx, s, &calls, id, func(c *ledger.Call) (time.Time, ledger.SpanID) { return c.Start, c.SpanID }); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = traceRows(ctx, s, &spans, id, func(a *ledger.AgentSpan) (time.Time, ledger.SpanID) { return a.Start, a.SpanID }); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

// tracePiece is how many rows of a trace are read at a time: DuckDB sorts them and holds
// the answer within its memory_limit, which has no room for all columns of a large trace.
var tracePiece = 10_000

// traceData fills trace.sql.
type traceData struct {
	Table, Columns string
	After          bool // not the first piece
	Limit          int
}

// traceRows reads the rows of a trace from one table, in the order of place.
func traceRows[T any](ctx context.Context, s *Store, t *table[T], id ledger.TraceID, place func(*T) (time.Time, ledger.SpanID)) ([]T, error) {
	data := traceData{Table: t.name, Columns: t.columnList(), Limit: tracePiece}
	args := []any{id.String()}
	var all []T
	for {
		statement, err := render("trace.sql", data)
		if err != nil {
			return nil, err
		}
		piece, err := readRows(ctx, s, t, statement, args)
		if err != nil {
			return nil, err
		}
		all = append(all, piece...)
		if len(piece) < data.Limit {
			return all, nil
		}
		start, span := place(&all[len(all)-1])
		data.After = true
		args = []any{id.String(), start.UnixNano(), start.UnixNano(), strconv.FormatUint(spanIDValue(span), 10)}
	}
}

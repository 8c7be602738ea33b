package duckdb

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// The columns that a trace is folded by.
var (
	callOutlines = table[ledger.Call]{name: calls.name, columns: columns.CallOutlines(kinds[ledger.Call]())}
	spanOutlines = table[ledger.AgentSpan]{name: spans.name, columns: columns.SpanOutlines(kinds[ledger.AgentSpan]())}
)

// FoldedTrace implements ledger.Reader.
func (s *Store) FoldedTrace(ctx context.Context, q ledger.FoldQuery) (*ledger.Trace, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if q.MaxSpans == 0 {
		return s.Trace(ctx, q.Trace)
	}
	trace, err := ledger.FoldedTrace(q, ledger.Foldable{
		Some: func(limit int) (*ledger.Trace, error) {
			return s.someRows(ctx, q.Trace, limit+1)
		},
		Outline: func(call func(*ledger.Call), span func(*ledger.AgentSpan)) error {
			if err := ofTrace(ctx, s, &callOutlines, q.Trace, 0, call); err != nil {
				return err
			}
			return ofTrace(ctx, s, &spanOutlines, q.Trace, 0, span)
		},
		Whole: func(ids []ledger.SpanID, from, until time.Time) (*ledger.Trace, error) {
			return s.rowsOfSpans(ctx, q.Trace, ids, from, until)
		},
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, err
	}
	return trace, s.wrap("folded trace", err)
}

// someRows reads at most a number of rows of each table.
func (s *Store) someRows(ctx context.Context, id ledger.TraceID, limit int) (*ledger.Trace, error) {
	found := new(ledger.Trace)
	err := ofTrace(ctx, s, &calls, id, limit, func(c *ledger.Call) { found.Calls = append(found.Calls, *c) })
	if err == nil && len(found.Calls) < limit {
		err = ofTrace(ctx, s, &spans, id, limit, func(a *ledger.AgentSpan) { found.Spans = append(found.Spans, *a) })
	}
	return found, err
}

// ofTrace hands over the rows that a table has of a trace, in no order; limit 0 = all.
func ofTrace[T any](ctx context.Context, s *Store, t *table[T], id ledger.TraceID, limit int, see func(*T)) error {
	statement, err := render("trace_outline.sql", traceData{Table: t.name, Columns: t.columnList(), Limit: limit})
	if err != nil {
		return err
	}
	return eachRow(ctx, s, t, statement, []any{id.String()}, func(row *T) error {
		see(row)
		return nil
	})
}

func (s *Store) rowsOfSpans(ctx context.Context, trace ledger.TraceID, ids []ledger.SpanID, from, until time.Time) (found *ledger.Trace, err error) {
	traces, numbers := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		traces[i], numbers[i] = trace.String(), strconv.FormatUint(spanIDValue(id), 10)
	}
	args := []any{from.UnixNano(), until.UnixNano(), strings.Join(traces, ","), strings.Join(numbers, ",")}
	found = new(ledger.Trace)
	if found.Calls, err = selectRows(ctx, s, &calls, "whole_rows.sql", args...); err != nil {
		return nil, err
	}
	found.Spans, err = selectRows(ctx, s, &spans, "whole_rows.sql", args...)
	return found, err
}

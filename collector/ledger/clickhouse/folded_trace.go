package clickhouse

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// callOutlines and spanOutlines hold the columns that a trace is folded by.
var (
	callOutlines = sync.Pool{New: func() any { return newBlock(columns.CallOutlines(kinds[ledger.Call]())) }}
	spanOutlines = sync.Pool{New: func() any { return newBlock(columns.SpanOutlines(kinds[ledger.AgentSpan]())) }}
)

// FoldedTrace implements ledger.Reader.
func (s *Store) FoldedTrace(ctx context.Context, q ledger.FoldQuery) (*ledger.Trace, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if q.MaxSpans == 0 {
		return s.Trace(ctx, q.Trace)
	}
	wanted := parameter("trace", q.Trace.String())
	trace, err := ledger.FoldedTrace(q, ledger.Foldable{
		Some: func(limit int) (found *ledger.Trace, err error) {
			found = new(ledger.Trace)
			if found.Calls, err = selectRows[ledger.Call](ctx, s, "trace.sql", rowsData{Table: callTable, Unordered: true, Limit: limit + 1}, &s.callBlocks, wanted); err != nil || len(found.Calls) > limit {
				return found, err
			}
			found.Spans, err = selectRows[ledger.AgentSpan](ctx, s, "trace.sql", rowsData{Table: spanTable, Unordered: true, Limit: limit + 1}, &s.spanBlocks, wanted)
			return found, err
		},
		Outline: func(call func(*ledger.Call), span func(*ledger.AgentSpan)) error {
			if err := outlines(ctx, s, callTable, &callOutlines, q.Trace, call); err != nil {
				return err
			}
			return outlines(ctx, s, spanTable, &spanOutlines, q.Trace, span)
		},
		Whole: func(ids []ledger.SpanID, from, until time.Time) (found *ledger.Trace, err error) {
			data := rowsData{Final: true, Spans: true}
			of := append(ofTraces([]ledger.TraceID{q.Trace}, from, until), parameter("spans", sqlbuild.IDs(ids)))
			found = new(ledger.Trace)
			data.Table = callTable
			if found.Calls, err = selectRows[ledger.Call](ctx, s, "traces_rows.sql", data, &s.callBlocks, of...); err != nil {
				return nil, err
			}
			data.Table = spanTable
			found.Spans, err = selectRows[ledger.AgentSpan](ctx, s, "traces_rows.sql", data, &s.spanBlocks, of...)
			return found, err
		},
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, err
	}
	return trace, s.wrap("folded trace", err)
}

// outlines hands over the rows that a table has of a trace, in no order.
func outlines[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, id ledger.TraceID, see func(*T)) error {
	return selectBlocks(ctx, s, "trace.sql", rowsData{Table: table, Unordered: true}, blocks, []proto.Parameter{parameter("trace", id.String())}, func(rows []T) {
		for i := range rows {
			see(&rows[i])
		}
	})
}

package clickhouse

import (
	"context"
	"fmt"
	"sync"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	var err error
	if trace.Calls, err = ofTrace[ledger.Call](ctx, s, callTable, &s.callBlocks, id); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = ofTrace[ledger.AgentSpan](ctx, s, spanTable, &s.spanBlocks, id); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

type traceData struct {
	Table   string
	Columns string
	Final   bool // one version of each row
}

func ofTrace[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, id ledger.TraceID) ([]T, error) {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	statement, err := render("trace.sql", traceData{Table: table, Columns: b.columnList()})
	if err != nil {
		return nil, err
	}
	var found []T
	err = s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: []proto.Parameter{parameter("trace", id.String())},
		Result:     b.results(),
		OnResult: func(context.Context, proto.Block) error {
			found = append(found, b.rows()...)
			return nil
		},
	})
	return found, err
}

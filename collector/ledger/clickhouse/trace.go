package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	wanted := parameter("trace", id.String())
	var calls, spans error
	var both sync.WaitGroup
	both.Go(func() {
		trace.Calls, calls = selectRows[ledger.Call](ctx, s, "trace.sql", rowsData{Table: callTable}, &s.callBlocks, wanted)
	})
	trace.Spans, spans = selectRows[ledger.AgentSpan](ctx, s, "trace.sql", rowsData{Table: spanTable}, &s.spanBlocks, wanted)
	both.Wait()
	if err := errors.Join(calls, spans); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

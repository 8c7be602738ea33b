package clickhouse

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	wanted := parameter("trace", id.String())
	var err error
	if trace.Calls, err = selectRows[ledger.Call](ctx, s, "trace.sql", rowsData{Table: callTable}, &s.callBlocks, wanted); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = selectRows[ledger.AgentSpan](ctx, s, "trace.sql", rowsData{Table: spanTable}, &s.spanBlocks, wanted); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

package duckdb

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Trace implements ledger.Reader.
func (s *Store) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	trace := &ledger.Trace{ID: id}
	var err error
	if trace.Calls, err = selectRows(ctx, s, &calls, "trace.sql", id.String()); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = selectRows(ctx, s, &spans, "trace.sql", id.String()); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

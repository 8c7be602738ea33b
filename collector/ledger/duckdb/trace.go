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
	if trace.Calls, err = ofTrace(ctx, s, &calls, id); err != nil {
		return nil, s.wrap("trace", err)
	}
	if trace.Spans, err = ofTrace(ctx, s, &spans, id); err != nil {
		return nil, s.wrap("trace", err)
	}
	if len(trace.Calls) == 0 && len(trace.Spans) == 0 {
		return nil, fmt.Errorf("trace %s: %w", id, ledger.ErrNotFound)
	}
	return trace, nil
}

func ofTrace[T any](ctx context.Context, s *Store, t *table[T], id ledger.TraceID) ([]T, error) {
	statement, err := render("trace.sql", statementData{Table: t.name, Columns: t.columnList()})
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, id.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	var fields []any
	for rows.Next() {
		var row T
		fields = t.fields(&row, fields)
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

package duckdb

import (
	"context"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

var _ settle.Store = (*Store)(nil)

// Contested implements settle.Store.
func (s *Store) Contested(ctx context.Context, q settle.Question) ([]ledger.TraceID, error) {
	statement, err := render("contested.sql", statementData{Table: calls.name})
	if err != nil {
		return nil, err
	}
	// The unit separator occurs in no response id.
	var traces any // NULL when there is none to look for
	if len(q.Traces) > 0 {
		traces = joinIDs(q.Traces)
	}
	rows, err := s.sql.QueryContext(ctx, statement, q.From.UnixNano(), q.Until.UnixNano(),
		traces, strings.Join(q.Reported, "\x1f"), strings.Join(q.Carried, "\x1f"))
	if err != nil {
		return nil, s.wrap("contested", err)
	}
	defer rows.Close()
	var found []ledger.TraceID
	for rows.Next() {
		var id ledger.TraceID
		if err := rows.Scan(traceIDField{&id}); err != nil {
			return nil, s.wrap("contested", err)
		}
		found = append(found, id)
	}
	return found, s.wrap("contested", rows.Err())
}

// Rows implements settle.Store.
func (s *Store) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) (batch ledger.Batch, err error) {
	if len(traces) == 0 {
		return batch, nil
	}
	if batch.Calls, err = ofTraces(ctx, s, &calls, traces, from, until); err != nil {
		return batch, s.wrap("rows of traces", err)
	}
	batch.Spans, err = ofTraces(ctx, s, &spans, traces, from, until)
	return batch, s.wrap("rows of traces", err)
}

// Whole implements settle.Store: Rows leaves nothing out.
func (s *Store) Whole(_ context.Context, calls []ledger.Call) ([]ledger.Call, error) {
	return calls, nil
}

func ofTraces[T any](ctx context.Context, s *Store, t *table[T], traces []ledger.TraceID, from, until time.Time) ([]T, error) {
	statement, err := render("traces_rows.sql", statementData{Table: t.name, Columns: t.columnList()})
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, from.UnixNano(), until.UnixNano(), joinIDs(traces))
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

func joinIDs(traces []ledger.TraceID) string {
	var b strings.Builder
	b.Grow(33 * len(traces))
	for i, id := range traces {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(id.String())
	}
	return b.String()
}

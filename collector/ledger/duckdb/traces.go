package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Traces implements ledger.Reader.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	// The conditions are in the statement once for the calls, once for the spans.
	d.args = append(d.args, d.args[len(d.args)-len(asked.Conditions):]...)
	d.args = append(d.args, boundedNanos(asked.From), boundedNanos(asked.Until), asked.Agent, asked.Agent, asked.User, asked.User)
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	statement, err := render("traces.sql", asked)
	if err != nil {
		return nil, err
	}
	summaries, err := s.summaries(ctx, statement, d.args)
	return summaries, s.wrap("traces", err)
}

func (s *Store) summaries(ctx context.Context, statement string, args []any) ([]ledger.TraceSummary, error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []ledger.TraceSummary
	for rows.Next() {
		var t ledger.TraceSummary
		var start int64
		if err := rows.Scan(
			traceIDField{&t.ID}, &t.Root, &t.Agent, &t.User, &start, (*int64)(&t.Duration), &t.Spans,
			&t.Totals.Calls, &t.Totals.Errors, &t.Totals.Unpriced, &t.Totals.Invalid,
			&t.Totals.Input, &t.Totals.Output, &t.Totals.CacheRead, &t.Totals.CacheWrite, &t.Totals.Reasoning,
			decimalField{&t.Totals.Cost}, (*int64)(&t.Totals.Duration),
		); err != nil {
			return nil, err
		}
		t.Start = time.Unix(0, start).UTC()
		found = append(found, t)
	}
	return found, rows.Err()
}

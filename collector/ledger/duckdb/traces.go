package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Traces implements ledger.Reader. Which traces are wanted is found out from the few
// columns that decide it; the rest is read of those alone.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	// The conditions are in the statement once for the calls, once for the spans.
	d.args = append(d.args, d.args[len(d.args)-len(asked.Conditions):]...)
	d.args = append(d.args, boundedNanos(asked.From), boundedNanos(asked.Until))
	for _, name := range []string{asked.Agent, asked.User} {
		if name != "" {
			d.bind(name)
		}
	}
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	statement, err := render("wanted_traces.sql", asked)
	if err != nil {
		return nil, err
	}
	ids, first, last, err := wanted(ctx, s, statement, d.args, func(id *ledger.TraceID) any { return traceIDField{id} })
	if err != nil || len(ids) == 0 {
		return nil, s.wrap("traces", err)
	}
	if statement, err = render("traces.sql", asked); err != nil {
		return nil, err
	}
	summaries, err := s.summaries(ctx, statement, []any{sqlbuild.IDs(ids), first, last, first, last})
	return summaries, s.wrap("traces", err)
}

// wanted reads ids, and from when to when the first and last of their rows start.
func wanted[ID any](ctx context.Context, s *Store, statement string, args []any, field func(*ID) any) (ids []ID, first, last int64, err error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, 0, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id ID
		var from, until int64
		if err := rows.Scan(field(&id), &from, &until); err != nil {
			return nil, 0, 0, err
		}
		if len(ids) == 0 {
			first, last = from, until
		}
		ids, first, last = append(ids, id), min(first, from), max(last, until)
	}
	return ids, first, last, rows.Err()
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
			decimalField{&t.Totals.Cost}, (*int64)(&t.Totals.Duration), &t.Totals.NanoCredits,
		); err != nil {
			return nil, err
		}
		t.Start = time.Unix(0, start).UTC()
		found = append(found, t)
	}
	return found, rows.Err()
}

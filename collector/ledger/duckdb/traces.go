package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// defaultTraces is how many traces a question without a limit gets.
const defaultTraces = 20

var traceOrders = map[ledger.TraceOrder]string{
	"":                  "start_ns",
	ledger.NewestFirst:  "start_ns",
	ledger.SlowestFirst: "total_ns",
	ledger.DearestFirst: "cost",
}

type tracesData struct {
	Conditions []string
	Order      string
}

// Traces implements ledger.Reader.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{source: detail}
	from, until := bounds(q)
	data := tracesData{Conditions: b.period(from.Add(-day), until.Add(day)), Order: traceOrders[q.Order]}
	b.args = append(b.args, b.args...) // the conditions stand once for the calls, once for the spans
	limit := q.Limit
	if limit == 0 {
		limit = defaultTraces
	}
	b.args = append(b.args, from.UnixNano(), until.UnixNano(), q.Agent, q.Agent, q.User, q.User, limit)
	statement, err := render("traces.sql", data)
	if err != nil {
		return nil, err
	}
	summaries, err := s.summaries(ctx, statement, b.args)
	return summaries, s.wrap("traces", err)
}

// bounds are the period with its open ends closed.
func bounds(q ledger.TraceQuery) (from, until time.Time) {
	from, until = q.From, q.Until
	if from.IsZero() {
		from = ledger.EarliestStart
	}
	if until.IsZero() {
		until = ledger.LatestStart
	}
	return from, until
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

package clickhouse

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// maxRecent is the largest number of traces that are looked for in the end of a period.
const maxRecent = 1000

// Traces implements ledger.Reader. The newest are looked for in the end of the period: all
// up to the last one asked for, since of a trace of more than a day the end seems to be
// another trace.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	limit := cmp.Or(q.Limit, ledger.DefaultTraces)
	if q.Order != "" && q.Order != ledger.NewestFirst || limit+q.Offset > maxRecent {
		found, err := s.tracesSince(ctx, q, q.From)
		return found, s.wrap("traces", err)
	}
	pages := q
	pages.Offset, pages.Limit = 0, q.Offset+limit
	found, err := recentFirst(q.From, q.Until, pages.Limit, func(from time.Time) ([]ledger.TraceSummary, error) {
		found, err := s.tracesSince(ctx, pages, from)
		if slices.ContainsFunc(found, func(t ledger.TraceSummary) bool { return t.Start.Before(from) }) {
			return nil, err
		}
		return found, err
	})
	return found[min(q.Offset, len(found)):], s.wrap("traces", err)
}

// tracesSince lists the traces that start from a time of the period of q on.
func (s *Store) tracesSince(ctx context.Context, q ledger.TraceQuery, from time.Time) (found []ledger.TraceSummary, err error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	if from.After(asked.From) {
		asked.Since(&d, from)
	}
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	d.parameters = append(d.parameters, period(asked.From, asked.Until)...)
	d.parameters = append(d.parameters, parameter("agent", asked.Agent), parameter("user", asked.User))
	var f fields
	var t ledger.TraceSummary
	columns.Trace(&f, &t)
	err = s.each(ctx, "traces.sql", asked, d.parameters, &f, func() { found = append(found, t) })
	return found, err
}

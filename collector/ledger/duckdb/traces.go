package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// traceList fills wanted_traces.sql.
type traceList struct {
	*sqlbuild.TraceList
	First, End int64 // of the first span
}

// Traces implements ledger.Reader. Which traces are wanted is found out from the few
// columns that decide it; the rest is read of those alone.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) (found []ledger.TraceSummary, err error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{asked.Agent, asked.User} {
		if name != "" {
			d.Bind(name)
		}
	}
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	list := traceList{asked, boundedNanos(asked.From), boundedNanos(asked.Until)}
	ids, first, last, err := wanted(ctx, s, "wanted_traces.sql", list, d.args, (*fields).TraceID)
	if err != nil || len(ids) == 0 {
		return nil, s.wrap("traces", err)
	}
	var f fields
	var t ledger.TraceSummary
	columns.Trace(&f, &t)
	err = s.each(ctx, "traces.sql", asked, []any{sqlbuild.IDs(ids), first, last, first, last}, f, func() { found = append(found, t) })
	return found, s.wrap("traces", err)
}

// wanted reads ids, and from when to when the first and last of their rows start.
func wanted[ID any](ctx context.Context, s *Store, query string, data any, args []any, field func(*fields, string, *ID)) (ids []ID, first, last int64, err error) {
	var f fields
	var id ID
	var from, until int64
	field(&f, "id", &id)
	f.Sum("first", &from)
	f.Sum("last", &until)
	err = s.each(ctx, query, data, args, f, func() {
		if len(ids) == 0 {
			first, last = from, until
		}
		ids, first, last = append(ids, id), min(first, from), max(last, until)
	})
	return ids, first, last, err
}

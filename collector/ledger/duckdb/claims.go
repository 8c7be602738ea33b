package duckdb

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

var _ settle.Store = (*Store)(nil)

// Contested implements settle.Store.
func (s *Store) Contested(ctx context.Context, q settle.Question) ([]ledger.TraceID, error) {
	statement, err := render("contested.sql", statementData{Table: calls.name, All: q.All})
	if err != nil {
		return nil, err
	}
	// The unit separator occurs in no response id.
	var traces any // NULL when there is none to look for
	if len(q.Traces) > 0 && !q.All {
		traces = sqlbuild.IDs(q.Traces)
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
	if batch.Calls, err = selectRows(ctx, s, &claims, "traces_rows.sql", from.UnixNano(), until.UnixNano(), sqlbuild.IDs(traces)); err != nil {
		return batch, s.wrap("rows of traces", err)
	}
	batch.Spans, err = selectRows(ctx, s, &links, "traces_rows.sql", from.UnixNano(), until.UnixNano(), sqlbuild.IDs(traces))
	return batch, s.wrap("rows of traces", err)
}

// Whole implements settle.Store.
func (s *Store) Whole(ctx context.Context, wanted []ledger.Call) ([]ledger.Call, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	from, until := wanted[0].Start, wanted[0].Start
	keys := make(map[key]bool, len(wanted))
	traces, ids := make([]ledger.TraceID, len(wanted)), make([]string, len(wanted))
	for i := range wanted {
		c := &wanted[i]
		k, _ := identifyCall(c)
		keys[k] = true
		traces[i], ids[i] = c.TraceID, strconv.FormatUint(spanIDValue(c.SpanID), 10)
		if c.Start.Before(from) {
			from = c.Start
		}
		if c.Start.After(until) {
			until = c.Start
		}
	}
	found, err := selectRows(ctx, s, &calls, "whole_rows.sql", from.UnixNano(), until.UnixNano()+1, sqlbuild.IDs(traces), strings.Join(ids, ","))
	if err != nil {
		return nil, s.wrap("calls of traces", err)
	}
	whole := found[:0]
	for i := range found {
		if k, _ := identifyCall(&found[i]); keys[k] {
			whole = append(whole, found[i])
		}
	}
	return whole, nil
}

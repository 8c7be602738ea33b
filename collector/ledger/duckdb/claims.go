package duckdb

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

var _ settle.Recaller = (*Store)(nil)

// Recall implements settle.Recaller.
func (s *Store) Recall(traces []ledger.TraceID) (nodes []settle.Node) {
	x := s.index
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range traces {
		if t := x.recent.get(id); t != nil {
			for i := range t.rows {
				nodes = append(nodes, t.rows[i].Node)
			}
		}
	}
	return nodes
}

// Contested implements ledger.Store. What the index rules out is not looked up.
func (s *Store) Contested(ctx context.Context, q ledger.ConflictQuery) ([]ledger.TraceID, error) {
	if q.All {
		found, err := s.lookUpContested(ctx, q)
		return found, s.wrap("contested", err)
	}
	days := window{dayOf(q.From), dayOf(q.Until.Add(-1))}
	if err := s.ensureUnlocked(ctx, days); err != nil {
		return nil, s.wrap("contested", err)
	}
	found, rest := s.index.contested(q, days)
	if len(rest.Traces)+len(rest.Reported)+len(rest.Carried) == 0 {
		return found, nil
	}
	more, err := s.lookUpContested(ctx, rest)
	return append(found, more...), s.wrap("contested", err)
}

// ensureUnlocked is ensure for who does not keep writers out.
func (s *Store) ensureUnlocked(ctx context.Context, w window) error {
	s.index.mu.Lock()
	_, complete := s.index.within(w)
	s.index.mu.Unlock()
	if complete || !w.small() {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.ensure(ctx, w)
	return err
}

// contested answers what the index knows, and leaves what has to be looked up.
func (x *index) contested(q ledger.ConflictQuery, days window) (found []ledger.TraceID, rest ledger.ConflictQuery) {
	x.mu.Lock()
	defer x.mu.Unlock()
	within, complete := x.within(days)
	if !complete {
		return nil, q
	}
	rest = ledger.ConflictQuery{From: q.From, Until: q.Until, Carried: q.Carried}
	for _, trace := range q.Traces {
		hash := x.hashTrace(trace)
		if slices.ContainsFunc(within, func(d *indexedDay) bool { return d.contested.has(hash) }) {
			found = append(found, trace) // maybe wrongly, which reading it shows
		}
	}
	if slices.ContainsFunc(within, func(d *indexedDay) bool { return d.reported.count > 0 }) {
		for _, response := range q.Reported {
			hash := x.hashResponse(response)
			if slices.ContainsFunc(within, func(d *indexedDay) bool { return d.reported.has(hash) }) {
				rest.Reported = append(rest.Reported, response)
			}
		}
	}
	return found, rest
}

// contestedData are the parts of a question that are asked.
type contestedData struct {
	Table                          string
	All, Traces, Reported, Carried bool
}

// lookUpContested asks the table.
func (s *Store) lookUpContested(ctx context.Context, q ledger.ConflictQuery) (found []ledger.TraceID, err error) {
	data := contestedData{calls.name, q.All, !q.All && len(q.Traces) > 0, len(q.Reported) > 0, len(q.Carried) > 0}
	args := []any{q.From.UnixNano(), q.Until.UnixNano()}
	if data.Traces {
		args = append(args, sqlbuild.IDs(q.Traces))
	}
	// The unit separator occurs in no response id.
	if data.Reported {
		args = append(args, strings.Join(q.Reported, "\x1f"))
	}
	if data.Carried {
		args = append(args, strings.Join(q.Carried, "\x1f"))
	}
	var f fields
	var id ledger.TraceID
	f.TraceID("trace_id", &id)
	err = s.each(ctx, "contested.sql", data, args, f, func() { found = append(found, id) })
	return found, err
}

// Rows implements ledger.Store. Traces that are in memory whole are not read.
func (s *Store) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) iter.Seq2[settle.Node, error] {
	return func(yield func(settle.Node, error) bool) {
		nodes, missing, changes := s.index.rows(traces, from, until)
		for i := range nodes {
			if !yield(nodes[i], nil) {
				return
			}
		}
		if len(missing) == 0 {
			return
		}
		err := s.readTraces(ctx, missing, changes, from, until, func(n settle.Node) bool { return yield(n, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(settle.Node{}, s.wrap("rows of traces", err))
		}
	}
}

// errEnough ends a reading of which no more rows are wanted.
var errEnough = errors.New("no more rows are wanted")

// readTraces reads the rows of traces while see returns true, and keeps small traces in
// memory.
func (s *Store) readTraces(ctx context.Context, missing []ledger.TraceID, changes int64, from, until time.Time, see func(settle.Node) bool) error {
	found := make(map[ledger.TraceID]*recentTrace, len(missing))
	for _, id := range missing {
		found[id] = &recentTrace{from: from, until: until}
	}
	keep := func(row recentRow) error {
		if t := found[row.Trace]; len(t.rows) < recentTraceRows {
			t.rows = append(t.rows, row)
		}
		if !see(row.Node) {
			return errEnough
		}
		return nil
	}
	args := []any{from.UnixNano(), until.UnixNano(), sqlbuild.IDs(missing)}
	if err := eachOf(ctx, s, &claims, args, func(c *ledger.Call) error { return keep(recentCall(c)) }); err != nil {
		return err
	}
	if err := eachOf(ctx, s, &links, args, func(a *ledger.AgentSpan) error { return keep(recentSpan(a)) }); err != nil {
		return err
	}
	s.index.keep(found, changes)
	return nil
}

// eachOf reads the rows of traces from one table.
func eachOf[T any](ctx context.Context, s *Store, t *table[T], args []any, see func(*T) error) error {
	statement, err := render("traces_rows.sql", statementData{Table: t.name, Columns: t.columnList()})
	if err != nil {
		return err
	}
	return eachRow(ctx, s, t, statement, args, see)
}

// rows are those of traces that are in memory; missing are the other traces that
// the tables may have.
func (x *index) rows(traces []ledger.TraceID, from, until time.Time) (nodes []settle.Node, missing []ledger.TraceID, changes int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range traces {
		t := x.recent.get(id)
		if t == nil || !t.covers(from, until) {
			missing = append(missing, id)
			continue
		}
		for i := range t.rows {
			if n := &t.rows[i].Node; !n.Start.Before(from) && n.Start.Before(until) {
				nodes = append(nodes, *n)
			}
		}
	}
	return nodes, missing, x.changes
}

// keep puts traces that were read in memory, unless rows were written meanwhile.
func (x *index) keep(found map[ledger.TraceID]*recentTrace, changes int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.changes != changes || changes%2 == 1 {
		return
	}
	for id, t := range found {
		if len(t.rows) < recentTraceRows {
			x.recent.drop(id)
			x.recent.put(id, t)
		}
	}
}

// Whole implements ledger.Store. The pieces are in the order of time, which is about that
// of the table.
func (s *Store) Whole(ctx context.Context, wanted []settle.Node) iter.Seq2[[]ledger.Call, error] {
	wanted = slices.Clone(wanted)
	rowsort.Large(wanted, func(a, b *settle.Node) int { return a.Start.Compare(b.Start) })
	return ledger.Pieces(wanted, func(piece []settle.Node) ([]ledger.Call, error) {
		found, err := s.whole(ctx, piece)
		return found, s.wrap("calls of traces", err)
	})
}

func (s *Store) whole(ctx context.Context, wanted []settle.Node) ([]ledger.Call, error) {
	from, until := wanted[0].Start, wanted[0].Start
	keys := make(map[key]bool, len(wanted))
	traces, ids := make([]ledger.TraceID, len(wanted)), make([]string, len(wanted))
	for i := range wanted {
		n := &wanted[i]
		keys[key{day: dayOf(n.Start), trace: n.Trace, span: n.Span}] = true
		traces[i], ids[i] = n.Trace, strconv.FormatUint(spanIDValue(n.Span), 10)
		if n.Start.Before(from) {
			from = n.Start
		}
		if n.Start.After(until) {
			until = n.Start
		}
	}
	found, err := selectRows(ctx, s, &calls, "whole_rows.sql", from.UnixNano(), until.UnixNano()+1, sqlbuild.IDs(traces), strings.Join(ids, ","))
	if err != nil {
		return nil, err
	}
	whole := found[:0]
	for i := range found {
		if k, _ := identifyCall(&found[i]); keys[k] {
			whole = append(whole, found[i])
		}
	}
	return whole, nil
}

package duckdb

import (
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

const (
	// recentRows bounds the rows in memory: a row takes about 200 bytes there.
	recentRows = 200_000
	// recentTraceRows is the size from which a trace is not kept: the settler
	// settles it in the background.
	recentTraceRows = 10_000
)

// recent holds what settling looks at of the traces written or read last, whole:
// most spans of a trace come within seconds of each other.
type recent struct {
	young, old map[ledger.TraceID]*recentTrace
	rows       int // of young
}

// recentTrace is the rows of a trace that start in [from, until), and maybe more.
type recentTrace struct {
	rows        []recentRow
	from, until time.Time
}

type recentRow struct {
	settle.Node
	table byte
}

func (r *recentRow) same(o *recentRow) bool {
	return r.table == o.table && r.Span == o.Span && dayOf(r.Start) == dayOf(o.Start)
}

// recentCall is the row of a call. It shares no memory with it: that is part of
// a large batch.
func recentCall(c *ledger.Call) recentRow {
	n := settle.Call(c)
	settle.Own(&n)
	return recentRow{n, callRow}
}

func recentSpan(s *ledger.AgentSpan) recentRow { return recentRow{settle.Between(s), spanRow} }

func (t *recentTrace) covers(from, until time.Time) bool {
	return !from.Before(t.from) && !until.After(t.until)
}

// get is a trace, nil for none, which is then used lately.
func (r *recent) get(id ledger.TraceID) *recentTrace {
	if t := r.young[id]; t != nil {
		return t
	}
	t := r.old[id]
	if t != nil {
		delete(r.old, id)
		r.put(id, t)
	}
	return t
}

// put keeps a trace. The older half goes when there is no room.
func (r *recent) put(id ledger.TraceID, t *recentTrace) {
	if r.young == nil {
		r.young = make(map[ledger.TraceID]*recentTrace)
	}
	r.young[id] = t
	r.grow(len(t.rows))
}

func (r *recent) grow(rows int) {
	if r.rows += rows; r.rows > recentRows/2 {
		r.old, r.young, r.rows = r.young, nil, 0
	}
}

func (r *recent) drop(id ledger.TraceID) {
	if t := r.young[id]; t != nil {
		r.rows -= len(t.rows)
		delete(r.young, id)
	}
	delete(r.old, id)
}

// add puts a row that was written in the place of the one with its key, which
// is there only where known says so.
func (r *recent) add(id ledger.TraceID, t *recentTrace, row recentRow, known bool) {
	if known {
		if i := slices.IndexFunc(t.rows, func(o recentRow) bool { return o.same(&row) }); i >= 0 {
			t.rows[i] = row
			return
		}
	}
	if len(t.rows) == recentTraceRows {
		r.drop(id)
		return
	}
	t.rows = append(t.rows, row)
	r.grow(1)
}

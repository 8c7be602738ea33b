package duckdb

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// writing is one write as the index sees it.
type writing struct {
	index *index
	days  window

	calls written[ledger.Call]
	spans written[ledger.AgentSpan]
	// fresh are the traces of which the tables have no row; nil where what is
	// settled is not kept in memory.
	fresh map[ledger.TraceID]bool
	keep  bool
	ok    bool // the rows were written
}

// written are the rows of one table.
type written[T any] struct {
	rows    []*T
	known   []bool // by position: the table may have a row of that key
	written []int  // positions
}

// daysOf are the days of batches, with those around them.
func daysOf(batches []ledger.Batch) (w window) {
	first := true
	see := func(d int64) {
		if first {
			w, first = window{d - around, d + around}, false
		}
		w.first, w.last = min(w.first, d-around), max(w.last, d+around)
	}
	for c := range ledger.CallsOf(batches) {
		see(dayOf(c.Start))
	}
	for a := range ledger.SpansOf(batches) {
		see(dayOf(a.Start))
	}
	return w
}

// begin adds rows to the index, before they are written: it may
// have more than the tables, never less.
func (x *index) begin(calls []*ledger.Call, spans []*ledger.AgentSpan, days window, indexed bool) *writing {
	w := &writing{
		index: x, days: days,
		calls: written[ledger.Call]{rows: calls, known: make([]bool, len(calls))},
		spans: written[ledger.AgentSpan]{rows: spans, known: make([]bool, len(spans))},
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.changes++
	within, complete := x.within(days)
	if indexed = indexed && complete; !indexed {
		for i := range w.calls.known {
			w.calls.known[i] = true
		}
		for i := range w.spans.known {
			w.spans.known[i] = true
		}
	}
	w.keep = slices.ContainsFunc(within, func(d *indexedDay) bool { return d.contested.count > 0 }) ||
		slices.ContainsFunc(calls, func(c *ledger.Call) bool { return settle.CanLose(c.Claim) })
	if w.keep = w.keep && indexed; w.keep {
		w.fresh = make(map[ledger.TraceID]bool)
		see := func(trace ledger.TraceID) {
			if _, seen := w.fresh[trace]; !seen {
				hash := x.hashTrace(trace)
				w.fresh[trace] = !slices.ContainsFunc(within, func(d *indexedDay) bool { return d.traces.has(hash) })
			}
		}
		for _, c := range calls {
			see(c.TraceID)
		}
		for _, a := range spans {
			see(a.TraceID)
		}
	}
	for i, c := range calls {
		if d := x.days[dayOf(c.Start)]; d != nil {
			w.calls.known[i] = w.calls.known[i] || d.rows.has(x.hashRow(callRow, c.TraceID, c.SpanID))
		}
	}
	for i, a := range spans {
		if d := x.days[dayOf(a.Start)]; d != nil {
			w.spans.known[i] = w.spans.known[i] || d.rows.has(x.hashRow(spanRow, a.TraceID, a.SpanID))
		}
	}
	for _, c := range calls {
		if d := x.days[dayOf(c.Start)]; d != nil {
			d.addCall(x, c.TraceID, c.SpanID, c.Claim, c.ResponseID)
		}
	}
	for _, a := range spans {
		if d := x.days[dayOf(a.Start)]; d != nil {
			d.addSpan(x, a.TraceID, a.SpanID)
		}
	}
	return w
}

// done notes that the rows are in the tables.
func (w *writing) done() { w.ok = true }

// end brings what is kept in memory up to date. What became of a write that
// failed is not known: its traces are read again.
func (w *writing) end() {
	x := w.index
	x.mu.Lock()
	defer x.mu.Unlock()
	x.changes++
	if !w.ok {
		for _, c := range w.calls.rows {
			x.recent.drop(c.TraceID)
		}
		for _, a := range w.spans.rows {
			x.recent.drop(a.TraceID)
		}
		return
	}
	for _, i := range w.calls.written {
		if c := w.calls.rows[i]; w.keeps(c.TraceID) {
			w.add(c.TraceID, recentCall(c), w.calls.known[i])
		}
	}
	for _, i := range w.spans.written {
		if a := w.spans.rows[i]; w.keeps(a.TraceID) {
			w.add(a.TraceID, recentSpan(a), w.spans.known[i])
		}
	}
}

// keeps reports whether a trace is in memory, whole, and puts it there where
// the batch has all of its rows.
func (w *writing) keeps(trace ledger.TraceID) bool {
	r := &w.index.recent
	if r.get(trace) != nil {
		return true
	}
	if !w.fresh[trace] {
		return false
	}
	w.fresh[trace] = false // one that grows too large is not begun again
	r.put(trace, &recentTrace{from: w.days.from(), until: w.days.until()})
	return true
}

func (w *writing) add(trace ledger.TraceID, row recentRow, known bool) {
	if t := w.index.recent.get(trace); t != nil {
		w.index.recent.add(trace, t, row, known)
	}
}

package duckdb

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// writing is one write as the index sees it.
type writing struct {
	index *index
	batch *ledger.Batch
	days  window

	calls, spans written
	// fresh are the traces of which the tables have no row; nil where what is
	// settled is not kept in memory.
	fresh map[ledger.TraceID]bool
	keep  bool
	ok    bool // the rows were written
}

// written are the rows of one table.
type written struct {
	known   []bool // by position: the table may have a row of that key
	written []int  // positions
}

// daysOf are the days of a batch, with those around them.
func daysOf(batch *ledger.Batch) (w window) {
	first := true
	see := func(d int64) {
		if first {
			w, first = window{d - around, d + around}, false
		}
		w.first, w.last = min(w.first, d-around), max(w.last, d+around)
	}
	for i := range batch.Calls {
		see(dayOf(batch.Calls[i].Start))
	}
	for i := range batch.Spans {
		see(dayOf(batch.Spans[i].Start))
	}
	return w
}

// begin adds the rows of a batch to the index, before they are written: it may
// have more than the tables, never less.
func (x *index) begin(batch *ledger.Batch, days window, indexed bool) *writing {
	w := &writing{index: x, batch: batch, days: days}
	w.calls.known = make([]bool, len(batch.Calls))
	w.spans.known = make([]bool, len(batch.Spans))
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
		settle.AnyCanLose(batch.Calls)
	if w.keep = w.keep && indexed; w.keep {
		w.fresh = make(map[ledger.TraceID]bool)
		see := func(trace ledger.TraceID) {
			if _, seen := w.fresh[trace]; !seen {
				hash := x.hashTrace(trace)
				w.fresh[trace] = !slices.ContainsFunc(within, func(d *indexedDay) bool { return d.traces.has(hash) })
			}
		}
		for i := range batch.Calls {
			see(batch.Calls[i].TraceID)
		}
		for i := range batch.Spans {
			see(batch.Spans[i].TraceID)
		}
	}
	for i := range batch.Calls {
		c := &batch.Calls[i]
		if d := x.days[dayOf(c.Start)]; d != nil {
			w.calls.known[i] = w.calls.known[i] || d.rows.has(x.hashRow(callRow, c.TraceID, c.SpanID))
		}
	}
	for i := range batch.Spans {
		a := &batch.Spans[i]
		if d := x.days[dayOf(a.Start)]; d != nil {
			w.spans.known[i] = w.spans.known[i] || d.rows.has(x.hashRow(spanRow, a.TraceID, a.SpanID))
		}
	}
	for i := range batch.Calls {
		c := &batch.Calls[i]
		if d := x.days[dayOf(c.Start)]; d != nil {
			d.addCall(x, c.TraceID, c.SpanID, c.Claim, c.ResponseID)
		}
	}
	for i := range batch.Spans {
		a := &batch.Spans[i]
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
		for i := range w.batch.Calls {
			x.recent.drop(w.batch.Calls[i].TraceID)
		}
		for i := range w.batch.Spans {
			x.recent.drop(w.batch.Spans[i].TraceID)
		}
		return
	}
	for _, i := range w.calls.written {
		if c := &w.batch.Calls[i]; w.keeps(c.TraceID) {
			w.add(c.TraceID, recentCall(c), w.calls.known[i])
		}
	}
	for _, i := range w.spans.written {
		if a := &w.batch.Spans[i]; w.keeps(a.TraceID) {
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

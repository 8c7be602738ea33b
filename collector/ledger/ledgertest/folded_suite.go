package ledgertest

import (
	"context"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Fold answers ledger.FoldedTrace from the rows of a trace.
func Fold(run *ledger.Trace, q ledger.FoldQuery) (*ledger.Trace, error) {
	q.Trace = run.ID
	return ledger.FoldedTrace(q, ledger.Foldable{
		Some: func(int) (*ledger.Trace, error) { return &ledger.Trace{Calls: run.Calls, Spans: run.Spans}, nil },
		Outline: func(call func(*ledger.Call), span func(*ledger.AgentSpan)) error {
			for i := range run.Calls {
				call(&run.Calls[i])
			}
			for i := range run.Spans {
				span(&run.Spans[i])
			}
			return nil
		},
		Whole: func(spans []ledger.SpanID, from, until time.Time) (*ledger.Trace, error) {
			kept, found := make(map[ledger.SpanID]bool), new(ledger.Trace)
			for _, id := range spans {
				kept[id] = true
			}
			for i := range run.Calls {
				if c := &run.Calls[i]; kept[c.SpanID] && !c.Start.Before(from) && c.Start.Before(until) {
					found.Calls = append(found.Calls, *c)
				}
			}
			for i := range run.Spans {
				if s := &run.Spans[i]; kept[s.SpanID] && !s.Start.Before(from) && s.Start.Before(until) {
					found.Spans = append(found.Spans, *s)
				}
			}
			return found, nil
		},
	})
}

// foldedTraces compares what a store folds with what is folded from its rows.
func foldedTraces(t *testing.T, store ledger.Store) {
	batch := runs()
	for n := range uint64(60) {
		c := call(2, 1000+n)
		c.ParentSpanID, c.Start, c.Duration = span(200), noon.Add(time.Hour+time.Duration(n)*time.Second), time.Duration(1+n%7)*time.Second
		c.Error, c.Billable = n == 30, n%5 > 0
		c.Cost.Status, c.Cost.Amount = "priced", money("0.1")
		if n%11 == 0 {
			c.Cost.Status, c.Cost.Amount = "unpriced", nil
		}
		batch.Calls = append(batch.Calls, c)
	}
	next := batch.Spans[1]
	next.SpanID, next.ParentSpanID, next.Start, next.Role, next.Agent = span(201), span(200), noon.Add(25*time.Hour), "step", ""
	batch.Spans = append(batch.Spans, next)
	writeBatch(t, store, batch)
	writeBatch(t, store, batch)
	ctx := context.Background()
	whole, err := store.Trace(ctx, trace(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []ledger.FoldQuery{
		{MaxSpans: 0}, {MaxSpans: 1}, {MaxSpans: 10}, {MaxSpans: 10, Span: span(1007)}, {MaxSpans: 40, Span: span(77)}, {MaxSpans: 1000},
	} {
		want := whole
		if q.MaxSpans > 0 {
			if want, err = Fold(whole, q); err != nil {
				t.Fatal(err)
			}
		}
		q.Trace = trace(2)
		found, err := store.FoldedTrace(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, want, found)
		if q.MaxSpans == 10 && found.Folded == nil {
			t.Error("nothing is left out")
		}
	}
	if _, err := store.FoldedTrace(ctx, ledger.FoldQuery{Trace: trace(99), MaxSpans: 10}); err == nil {
		t.Error("a trace that was never written is found")
	}
}

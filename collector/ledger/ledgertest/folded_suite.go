package ledgertest

import (
	"context"
	"math/rand/v2"
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
	addRandomRun(&batch, rand.New(rand.NewPCG(1, 2)), 5)
	writeBatch(t, store, batch)
	writeBatch(t, store, batch)
	ctx := context.Background()
	for _, id := range []ledger.TraceID{trace(2), trace(5)} {
		whole, err := store.Trace(ctx, id)
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
			q.Trace = id
			found, err := store.FoldedTrace(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, want, found)
			if q.MaxSpans == 10 && (found.Folded == nil || id == trace(5) && len(found.Folded.Placed) == 0) {
				t.Error("nothing is left out or placed")
			}
		}
	}
	if _, err := store.FoldedTrace(ctx, ledger.FoldQuery{Trace: trace(99), MaxSpans: 10}); err == nil {
		t.Error("a trace that was never written is found")
	}
}

// addRandomRun adds a run in which parents are missing, or below their spans.
func addRandomRun(batch *ledger.Batch, rnd *rand.Rand, of uint64) {
	roles := []string{"agent", "workflow", "step", "tool"}
	for n := range uint64(80) {
		id, parent := span(5000+n), span(5000+rnd.Uint64N(90))
		if n > 0 && rnd.IntN(5) > 0 {
			parent = span(5000 + rnd.Uint64N(n))
		}
		start, length := noon.Add(time.Duration(rnd.IntN(1000))*time.Second), time.Duration(rnd.IntN(1000/(1+rnd.IntN(20))))*time.Second
		if role := roles[rnd.IntN(len(roles))]; rnd.IntN(2) == 0 {
			batch.Spans = append(batch.Spans, ledger.AgentSpan{
				TraceID: trace(of), SpanID: id, ParentSpanID: parent, Start: start, Duration: length, Error: rnd.IntN(9) == 0,
				Role: role, Name: role, Agent: role, Received: start,
			})
			continue
		}
		c := call(of, 5000+n)
		c.ParentSpanID, c.Start, c.Duration, c.Error, c.Billable = parent, start, length, rnd.IntN(9) == 0, rnd.IntN(4) > 0
		batch.Calls = append(batch.Calls, c)
	}
}

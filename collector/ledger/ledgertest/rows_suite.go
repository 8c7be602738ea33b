package ledgertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

func fieldsAreKept(t *testing.T, store ledger.Store) {
	c, s := fullCall(), fullSpan()
	writeBatch(t, store, ledger.Batch{Calls: []ledger.Call{c}, Spans: []ledger.AgentSpan{s}})
	equal(t, &ledger.Trace{ID: c.TraceID, Calls: []ledger.Call{c}, Spans: []ledger.AgentSpan{s}}, readTrace(t, store, c.TraceID))
}

func emptyFieldsAreKept(t *testing.T, store ledger.Store) {
	c := ledger.Call{TraceID: trace(1), SpanID: span(1), Start: noon, Received: noon.Truncate(time.Second)}
	s := ledger.AgentSpan{TraceID: trace(1), SpanID: span(2), Start: noon, Received: noon.Truncate(time.Second)}
	writeBatch(t, store, ledger.Batch{Calls: []ledger.Call{c}, Spans: []ledger.AgentSpan{s}})
	equal(t, &ledger.Trace{ID: c.TraceID, Calls: []ledger.Call{c}, Spans: []ledger.AgentSpan{s}}, readTrace(t, store, c.TraceID))
}

func unknownTrace(t *testing.T, store ledger.Store) {
	if _, err := store.Trace(context.Background(), trace(404)); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("Trace: want ErrNotFound, got %v", err)
	}
}

func emptyBatch(t *testing.T, store ledger.Store) {
	writeBatch(t, store, ledger.Batch{})
	equal(t, 0, countOf(t, store))
}

func migrateTwice(t *testing.T, store ledger.Store) {
	write(t, store, call(1, 1))
	if err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	equal(t, 1, countOf(t, store))
}

func redeliveredInBatch(t *testing.T, store ledger.Store) {
	c := fullCall()
	s := fullSpan()
	writeBatch(t, store, ledger.Batch{Calls: []ledger.Call{c, call(1, 9), c}, Spans: []ledger.AgentSpan{s, s}})
	found := readTrace(t, store, c.TraceID)
	equal(t, 2, len(found.Calls))
	equal(t, []ledger.AgentSpan{s}, found.Spans)
	equal(t, 2, countOf(t, store))
}

func redeliveredBatch(t *testing.T, store ledger.Store) {
	rows := RandomCalls(300, 7)
	s := fullSpan()
	for range 3 {
		writeBatch(t, store, ledger.Batch{Calls: rows, Spans: []ledger.AgentSpan{s}})
	}
	equal(t, model(rows).aggregate(ledger.Query{}), aggregate(t, store, ledger.Query{}))
	equal(t, []ledger.AgentSpan{s}, readTrace(t, store, s.TraceID).Spans)
}

func batchesTogether(t *testing.T, store ledger.Store) {
	old := call(1, 1)
	late := old
	late.User, late.Received = "corrected", old.Received.Add(time.Microsecond)
	other, otherLate := old, late
	other.SpanID, otherLate.SpanID = span(2), span(2)
	s := fullSpan()
	batches := []ledger.Batch{
		{Calls: []ledger.Call{late, other}},
		{},
		{Spans: []ledger.AgentSpan{s}, Checked: true},
		{Calls: []ledger.Call{old, otherLate, call(2, 3)}, Spans: []ledger.AgentSpan{s}},
	}
	if err := store.Write(context.Background(), batches...); err != nil {
		t.Fatal(err)
	}
	equal(t, []ledger.Call{late, otherLate}, readTrace(t, store, old.TraceID).Calls)
	equal(t, []ledger.AgentSpan{s}, readTrace(t, store, s.TraceID).Spans)
	equal(t, 3, countOf(t, store))

	bad := call(3, 3)
	bad.Duration = -1
	var rowError *ledger.RowError
	err := store.Write(context.Background(), ledger.Batch{Calls: []ledger.Call{call(3, 1)}, Checked: true}, ledger.Batch{Calls: []ledger.Call{bad}})
	if !errors.As(err, &rowError) {
		t.Fatalf("want a *ledger.RowError, got %v", err)
	}
	equal(t, 3, countOf(t, store))
}

func laterVersionHolds(t *testing.T, store ledger.Store) {
	first := call(1, 1)
	second := first
	second.User = "corrected"
	second.Received = first.Received.Add(time.Microsecond)

	write(t, store, first)
	write(t, store, second)
	equal(t, []ledger.Call{second}, readTrace(t, store, first.TraceID).Calls)

	write(t, store, first)
	equal(t, []ledger.Call{second}, readTrace(t, store, first.TraceID).Calls)

	other := call(2, 1)
	late := other
	late.User, late.Received = "corrected", other.Received.Add(time.Microsecond)
	write(t, store, late, other)
	equal(t, []ledger.Call{late}, readTrace(t, store, other.TraceID).Calls)

	repriced := first
	repriced.Revision, repriced.User = 1, "repriced"
	write(t, store, repriced)
	second.Received = second.Received.Add(time.Hour)
	write(t, store, second)
	equal(t, []ledger.Call{repriced}, readTrace(t, store, first.TraceID).Calls)

	same := late
	same.User = "written last of one receipt"
	write(t, store, same)
	equal(t, []ledger.Call{same}, readTrace(t, store, other.TraceID).Calls)
	equal(t, 2, countOf(t, store))
}

func redeliveredLater(t *testing.T, store ledger.Store) {
	rows := RandomCalls(200, 11)
	write(t, store, rows...)
	write(t, store, RandomCalls(200, 12)[:0]...)
	late := make([]ledger.Call, len(rows))
	for i, c := range rows {
		c.Received = c.Received.Add(30 * time.Hour)
		late[len(rows)-1-i] = c
	}
	write(t, store, call(99, 99))
	write(t, store, late[:50]...)
	write(t, store, late[20:]...)
	want := append(model(late), call(99, 99))
	equal(t, want.aggregate(ledger.Query{By: []ledger.Dimension{ledger.ByUser}}),
		aggregate(t, store, ledger.Query{By: []ledger.Dimension{ledger.ByUser}}))
}

func concurrentWriters(t *testing.T, store ledger.Store) {
	const writers, batches = 4, 5
	rows := RandomCalls(writers*batches*20, 3)
	failures := make(chan error, writers)
	for w := range writers {
		go func() {
			for b := range batches {
				// Each batch overlaps its neighbour's by half.
				from := (w*batches + b) * 20
				until := min(from+30, len(rows))
				if err := store.Write(context.Background(), ledger.Batch{Calls: rows[from:until]}); err != nil {
					failures <- err
					return
				}
				if _, err := store.Aggregate(context.Background(), ledger.Query{}); err != nil {
					failures <- err
					return
				}
			}
			failures <- nil
		}()
	}
	for range writers {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	equal(t, model(rows).aggregate(ledger.Query{}), aggregate(t, store, ledger.Query{}))
}

func impossibleRows(t *testing.T, store ledger.Store) {
	for _, test := range []struct {
		name  string
		spoil func(*ledger.Call)
		field string
	}{
		{"no trace id", func(c *ledger.Call) { c.TraceID = ledger.TraceID{} }, "trace id"},
		{"no span id", func(c *ledger.Call) { c.SpanID = ledger.SpanID{} }, "span id"},
		{"no start", func(c *ledger.Call) { c.Start = time.Unix(0, 0) }, "start"},
		{"a start in another era", func(c *ledger.Call) { c.Start = c.Start.AddDate(200, 0, 0) }, "start"},
		{"a negative duration", func(c *ledger.Call) { c.Duration = -1 }, "duration"},
		{"19 decimals", func(c *ledger.Call) { c.Cost.Amount = money("0.0000000000000000001") }, "cost amount"},
		{"21 digits before the point", func(c *ledger.Call) { c.Cost.Amount = money("100000000000000000000") }, "cost amount"},
		{"text that is not UTF-8", func(c *ledger.Call) { c.User = "\xff" }, "text"},
		{"a NUL byte", func(c *ledger.Call) { c.Tags = map[string]string{"a": "\x00"} }, "tags"},
		{"a status code of another protocol", func(c *ledger.Call) { c.StatusCode = -1 }, "status code"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := call(1, 2)
			test.spoil(&bad)
			err := store.Write(context.Background(), ledger.Batch{Calls: []ledger.Call{call(1, 1), bad}})
			var rowError *ledger.RowError
			if !errors.As(err, &rowError) {
				t.Fatalf("want a *ledger.RowError, got %v", err)
			}
			equal(t, test.field, rowError.Field)
			equal(t, 0, countOf(t, store))
		})
	}
}

func cancelledContext(t *testing.T, store ledger.Store) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := store.Write(ctx, ledger.Batch{Calls: []ledger.Call{call(1, 1)}}); err == nil {
		t.Error("Write: want an error")
	}
	if _, err := store.Aggregate(ctx, ledger.Query{}); err == nil {
		t.Error("Aggregate: want an error")
	}
	write(t, store, call(1, 2))
	equal(t, 1, countOf(t, store))
}

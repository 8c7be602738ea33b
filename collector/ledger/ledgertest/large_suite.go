package ledgertest

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// counted counts how often settling reads a large trace.
type counted struct {
	ledger.Store
	read *atomic.Int64
}

func (c counted) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) iter.Seq2[settle.Node, error] {
	return func(yield func(settle.Node, error) bool) {
		rows := 0
		for n, err := range c.Store.Rows(ctx, traces, from, until) {
			if rows++; rows == 1001 {
				c.read.Add(1)
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// settleLargeTrace writes a run of many batches. What settling reads grows with
// its rows and not with their square, calls of others are settled at once, and
// in the end the bill is right.
func settleLargeTrace(t *testing.T, store ledger.Store) {
	const batches, size = 40, 250
	var read atomic.Int64
	settler := settle.NewSettler(counted{store, &read}, settle.SettlerOptions{LargeRows: 1000, Report: func(err error) { t.Error(err) }})
	id := ledger.TraceID{0xa0}
	began := time.Now()
	for b := range batches {
		var batch ledger.Batch
		if b == batches/2 { // the total comes in the middle
			batch.Calls = append(batch.Calls, settledCall(id, 1, semconv.ClaimAggregate, "", batches*size))
		}
		for n := range size {
			c := settledCall(id, 0, semconv.ClaimClient, "", 1)
			binary.BigEndian.PutUint32(c.SpanID[4:], uint32(1+b*size+n))
			c.ParentSpanID, c.Start = spanOf(1), noon.Add(time.Duration(b)*time.Second)
			batch.Calls = append(batch.Calls, c)
		}
		outer := settledCall(ledger.TraceID{0xa1, byte(b)}, 1, semconv.ClaimFramework, "", 1)
		inner := settledCall(ledger.TraceID{0xa1, byte(b)}, 2, semconv.ClaimClient, "", 1)
		inner.ParentSpanID = outer.SpanID
		batch.Calls = append(batch.Calls, inner)
		for _, part := range []ledger.Batch{batch, {Calls: []ledger.Call{outer}}} {
			settle.Prepare(&part)
			if err := store.Write(context.Background(), part); err != nil {
				t.Fatal(err)
			}
			if err := settler.Settle(context.Background(), part); err != nil {
				t.Fatal(err)
			}
		}
		if got := billedSpans(t, store, outer.TraceID); len(got) != 1 || got[0] != inner.SpanID.String() {
			t.Fatalf("batch %d: of another trace %v is billed, want the inner call at once", b, got)
		}
	}
	settler.Close()
	if got, want := len(billedSpans(t, store, id)), batches*size; got != want {
		t.Errorf("%d calls of the run are billed, want %d", got, want)
	}
	// The pauses are ten times as long as what a reading takes.
	if most := 12 + int64(time.Since(began)/(2*time.Second)); read.Load() > most {
		t.Errorf("the run was read %d times for %d batches, want at most %d", read.Load(), batches, most)
	}
}

// settleSlowLargeTrace adds a few calls at a time to a run that another process has
// written.
func settleSlowLargeTrace(t *testing.T, store ledger.Store) {
	const stored, batches, size = 3000, 30, 5
	id, numbered := ledger.TraceID{0xa3}, uint32(1)
	batch := func(n int) (b ledger.Batch) {
		for range n {
			c := settledCall(id, 0, semconv.ClaimClient, "", 1)
			binary.BigEndian.PutUint32(c.SpanID[4:], numbered)
			c.Start = noon.Add(time.Duration(numbered) * time.Millisecond)
			numbered++
			b.Calls = append(b.Calls, c)
		}
		settle.Prepare(&b)
		return b
	}
	write := func(b ledger.Batch) {
		if err := store.Write(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	write(batch(stored))
	var read atomic.Int64
	settler := settle.NewSettler(counted{store, &read}, settle.SettlerOptions{LargeRows: 1000, Report: func(err error) { t.Error(err) }})
	began := time.Now()
	for range batches {
		b := batch(size)
		write(b)
		if err := settler.Settle(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	settler.Close()
	if most := 4 + int64(time.Since(began)/time.Second); read.Load() > most {
		t.Errorf("the run was read %d times for %d batches, want at most %d", read.Load(), batches, most)
	}
	if got, want := len(billedSpans(t, store, id)), stored+batches*size; got != want {
		t.Errorf("%d calls of the run are billed, want %d", got, want)
	}
}

// repairLargeTrace examines a run that takes several windows of a repair. Every call is
// described twice, and stored as if both were billed.
func repairLargeTrace(t *testing.T, store ledger.Store) {
	const batches, size = 12, 2500
	id := ledger.TraceID{0xa2}
	for b := range batches {
		var batch ledger.Batch
		for n := range size {
			at := noon.Add(time.Duration(b*size+n) * 50 * time.Minute / (batches * size))
			for i, claim := range []string{semconv.ClaimFramework, semconv.ClaimClient} {
				c := settledCall(id, 0, claim, "", 1)
				binary.BigEndian.PutUint32(c.SpanID[4:], uint32(1+2*(b*size+n)+i))
				if i == 1 {
					binary.BigEndian.PutUint32(c.ParentSpanID[4:], uint32(1+2*(b*size+n)))
				}
				c.Start, c.Billable = at, true
				batch.Calls = append(batch.Calls, c)
			}
		}
		if err := store.Write(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
	var nodes atomic.Int64
	found, err := settle.Repair(context.Background(), everyRow{store, &nodes}, settle.RepairOptions{From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Apply: true})
	if err != nil {
		t.Fatal(err)
	}
	const rows = 2 * batches * size
	if len(found.Wrong) != rows/2 {
		t.Errorf("%d calls were wrong, want %d", len(found.Wrong), rows/2)
	}
	// The rows of a window, then the whole trace twice to examine it, and twice to see that
	// nothing is left: so many rows are read once to group them, and once to settle them.
	if read := nodes.Load(); read > 6*rows {
		t.Errorf("%d rows were read of %d", read, rows)
	}
	if got := len(billedSpans(t, store, id)); got != batches*size {
		t.Errorf("%d calls are billed, want %d", got, batches*size)
	}
}

// settleConstantIDs writes calls of a server that gives all answers one id, each in a
// trace of its own, with a gateway's side in it. What settling reads must not grow with
// the square of them.
func settleConstantIDs(t *testing.T, store ledger.Store) {
	const batches, size = 30, 100
	var nodes atomic.Int64
	settler := settle.NewSettler(everyRow{store, &nodes}, settle.SettlerOptions{LargeRows: 1000, Report: func(err error) { t.Error(err) }})
	trace := func(b, n int) ledger.TraceID { return ledger.TraceID{0xb0, byte(b), byte(n)} }
	for b := range batches {
		var batch ledger.Batch
		for n := range size {
			inner := settledCall(trace(b, n), 2, semconv.ClaimClient, "chatcmpl-0", 1)
			outer := settledCall(trace(b, n), 3, semconv.ClaimServer, "chatcmpl-0", 1)
			outer.ParentSpanID = inner.SpanID
			batch.Calls = append(batch.Calls, inner, outer)
		}
		batches := []ledger.Batch{batch}
		settle.PrepareFor(store, batches)
		if err := store.Write(context.Background(), batches...); err != nil {
			t.Fatal(err)
		}
		if err := settler.Settle(context.Background(), batches...); err != nil {
			t.Fatal(err)
		}
	}
	settler.Close()
	// Read in every batch, they would be 30 times as many.
	if read, written := nodes.Load(), int64(2*batches*size); read > 10*written {
		t.Errorf("%d rows read for %d", read, written)
	}
	for b := range batches {
		for _, n := range []int{0, size - 1} {
			if got := billedSpans(t, store, trace(b, n)); len(got) != 1 || got[0] != spanOf(2).String() {
				t.Fatalf("batch %d: %v is billed, want the client's call", b, got)
			}
		}
	}
}

// everyRow counts the rows that settling reads.
type everyRow struct {
	ledger.Store
	nodes *atomic.Int64
}

func (e everyRow) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) iter.Seq2[settle.Node, error] {
	return func(yield func(settle.Node, error) bool) {
		for n, err := range e.Store.Rows(ctx, traces, from, until) {
			e.nodes.Add(1)
			if !yield(n, err) {
				return
			}
		}
	}
}

// ended is the store of a process that ended before it settled large traces.
type ended struct {
	ledger.Store
}

func (ended) Rows(context.Context, []ledger.TraceID, time.Time, time.Time) iter.Seq2[settle.Node, error] {
	return func(yield func(settle.Node, error) bool) { yield(settle.Node{}, errors.New("the process has ended")) }
}

// settleAfterCrash has large traces, of which a process that ended knows that they are not
// settled: the next one settles them, whatever their age. One that cannot note them
// settles them at once.
func settleAfterCrash(t *testing.T, store ledger.Store) {
	notes := filepath.Join(t.TempDir(), "folder", "unsettled.jsonl")
	fail := func(err error) { t.Error(err) }
	run := func(id ledger.TraceID, response string, first *settle.Settler) {
		t.Helper()
		outer := settledCall(id, 1, semconv.ClaimServer, response, 30)
		batch := ledger.Batch{}
		for n := range byte(30) {
			c := settledCall(id, n+2, semconv.ClaimServer, response, 1)
			c.ParentSpanID = outer.SpanID
			batch.Calls = append(batch.Calls, c)
		}
		writeAndSettle(t, store, ledger.Batch{Calls: []ledger.Call{outer}})
		settle.Prepare(&batch)
		if err := store.Write(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
		if err := first.Settle(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
	large, joined := ledger.TraceID{0xb2}, ledger.TraceID{0xb3}
	first := settle.NewSettler(ended{store}, settle.SettlerOptions{LargeRows: 10, Pending: notes})
	run(large, "", first)
	first.Close()
	second := settle.NewSettler(store, settle.SettlerOptions{Pending: notes, Report: fail})
	for range 100 {
		if len(billedSpans(t, store, large)) == 30 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	second.Close()
	if got := len(billedSpans(t, store, large)); got != 30 {
		t.Errorf("%d calls are billed, want the 30 inside the total", got)
	}
	if _, err := os.Stat(notes); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of what is not settled is still there: %v", err)
	}

	failed := 0
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	unable := settle.NewSettler(store, settle.SettlerOptions{LargeRows: 10, Pending: filepath.Join(file, "unsettled.jsonl"), Report: func(error) { failed++ }})
	run(joined, "", unable)
	if got := len(billedSpans(t, store, joined)); got != 30 {
		t.Errorf("%d calls are billed, want the 30 inside the total at once", got)
	}
	unable.Close()
	if failed == 0 {
		t.Error("that the file cannot be written is not reported")
	}
}

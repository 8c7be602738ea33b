package duckdb_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// cubeHour is when the calls of these tests start.
var cubeHour = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// cubeCall is the nth call, some milliseconds into the hour.
func cubeCall(n int) ledger.Call {
	c := ledger.Call{
		Start: cubeHour.Add(time.Duration(n) * time.Millisecond), Received: cubeHour, Role: "llm", Billable: true,
		Provider: "openai", Usage: usage.Counts{usage.Input: 1}, Cost: ledger.Cost{Status: "priced", Amount: amountOf("0.01"), Currency: "USD"},
	}
	binary.BigEndian.PutUint64(c.TraceID[8:], uint64(n)+1)
	binary.BigEndian.PutUint64(c.SpanID[:], uint64(n)+1)
	return c
}

func amountOf(text string) *udecimal.Decimal {
	d := udecimal.MustParse(text)
	return &d
}

// openCubes is a store in a file.
func openCubes(t *testing.T) *duckdb.Store {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

func writeCubes(t *testing.T, store *duckdb.Store, calls ...ledger.Call) {
	t.Helper()
	if err := store.Write(context.WithoutCancel(t.Context()), ledger.Batch{Calls: calls}); err != nil {
		t.Error(err)
	}
}

// cubeTotals asks for the calls that start before a time.
func cubeTotals(t *testing.T, store *duckdb.Store, until time.Time) ledger.Totals {
	t.Helper()
	groups, err := store.Aggregate(t.Context(), ledger.Query{From: cubeHour.Add(-2 * time.Hour), Until: until, TotalsOnly: true})
	if err != nil || len(groups) != 1 {
		t.Fatalf("%+v, %v", groups, err)
	}
	return groups[0].Totals
}

func TestCube_AddsNewCallsAndDropsTheDaysOfReplacedOnes(t *testing.T) {
	store := openCubes(t)
	until := cubeHour.Add(time.Minute)
	writeCubes(t, store, cubeCall(0))
	check := func(what string, until time.Time, calls int64, cost string, pieces int) {
		t.Helper()
		if got := cubeTotals(t, store, until); got.Calls != calls || got.Cost.String() != cost {
			t.Errorf("%s: %d calls for %s, want %d for %s", what, got.Calls, got.Cost, calls, cost)
		}
		if got := store.KeptPieces(); got != pieces {
			t.Errorf("%s: %d pieces, want %d", what, got, pieces)
		}
	}
	check("first", until, 1, "0.01", 3)
	writeCubes(t, store, cubeCall(1), cubeCall(2), cubeCall(2)) // one comes twice
	if got := store.KeptPieces(); got != 3 {
		t.Errorf("a write of new calls leaves %d pieces, want 3", got)
	}
	check("more", until, 3, "0.03", 3)
	check("a moment later", until.Add(time.Second), 3, "0.03", 3)

	writeCubes(t, store, cubeCall(120_000)) // after what is asked for, in the same hour
	check("with a later call", until, 3, "0.03", 4)
	check("to the end", cubeHour.Add(time.Hour), 4, "0.04", 4)

	free := cubeCall(1)
	free.Revision, free.Cost.Amount = 1, amountOf("0")
	writeCubes(t, store, free, cubeCall(3))
	if got := store.KeptPieces(); got != 0 {
		t.Errorf("a write that replaces a call leaves %d pieces, want none", got)
	}
	check("replaced", cubeHour.Add(time.Hour), 5, "0.04", 3)

	other := cubeCall(4)
	other.Provider, other.Billable = "anthropic", false
	writeCubes(t, store, other)
	check("one off the bill", cubeHour.Add(time.Hour), 5, "0.04", 3)
}

// TestCube_HasEachWriteOnceWhileItIsRead asks while calls are written. Each write adds a
// call and takes another off the bill, so that every answer has all of a write or none.
func TestCube_HasEachWriteOnceWhileItIsRead(t *testing.T) {
	const writes = 60
	store := openCubes(t)
	var base []ledger.Call // that take time to read
	for i := range 2_000 {
		base = append(base, cubeCall(i))
	}
	writeCubes(t, store, base...)
	var begun, ended atomic.Int64
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for range 3 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				least := ended.Load()
				got := cubeTotals(t, store, cubeHour.Add(59*time.Minute)).Calls - int64(len(base))
				if most := begun.Load(); got < least || got > most {
					t.Errorf("%d calls more, want from %d to %d", got, least, most)
					return
				}
			}
		})
	}
	for n := range writes {
		batch := []ledger.Call{cubeCall(len(base) + n)}
		if n%2 == 1 { // in place of a call comes one that starts elsewhere
			old := cubeCall(n)
			old.Billable, old.Revision = false, 1
			batch = append(batch, old, cubeCall(len(base)+writes+n))
		}
		begun.Add(1)
		writeCubes(t, store, batch...)
		ended.Add(1)
	}
	close(stop)
	asking.Wait()
	if got := cubeTotals(t, store, cubeHour.Add(time.Hour)).Calls; got != int64(len(base))+writes {
		t.Errorf("%d calls, want %d", got, len(base)+writes)
	}
}

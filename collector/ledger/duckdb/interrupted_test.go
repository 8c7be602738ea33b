package duckdb_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestWrite_GoesOnAfterOneThatWasInterrupted interrupts writes at every stage: a
// connection that was closed meanwhile must not be used again.
func TestWrite_GoesOnAfterOneThatWasInterrupted(t *testing.T) {
	store := open(t, ":memory:")
	calls := ledgertest.RandomCalls(2000, 1)
	interrupted := 0
	for wait := 50 * time.Microsecond; wait < 400*time.Millisecond; wait = wait * 3 / 2 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		if err := store.Write(ctx, ledger.Batch{Calls: calls}); err != nil {
			interrupted++
		}
		cancel()
		if err := store.Write(t.Context(), ledger.Batch{Calls: calls[:1]}); err != nil {
			t.Fatalf("after a write that had %s: %v", wait, err)
		}
	}
	if interrupted == 0 {
		t.Error("no write was interrupted")
	}
}

// Every kind of write may be interrupted at any moment, and the next one succeeds.
func TestWrite_OfEveryKindMayBeInterrupted(t *testing.T) {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := ledgertest.RandomCalls(50, 1)
	results := ledgertest.RandomResults(calls, 50, 2)
	for name, write := range map[string]func(context.Context, int) error{
		"calls":   func(ctx context.Context, _ int) error { return store.Write(ctx, ledger.Batch{Calls: calls}) },
		"results": func(ctx context.Context, _ int) error { return store.WriteResults(ctx, results) },
		"logs": func(ctx context.Context, i int) error {
			return store.WriteLogs(ctx, []ledger.Log{{ID: ledger.LogID{byte(i), 1}, Time: time.Unix(1_700_000_000+int64(i), 0).UTC(), Received: time.Unix(1_700_000_000+int64(i), 0).UTC()}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 400 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.Int64N(int64(4*time.Millisecond))))
				_ = write(ctx, i)
				cancel()
			}
			if err := write(t.Context(), 1000); err != nil {
				t.Error(err)
			}
		})
	}
}

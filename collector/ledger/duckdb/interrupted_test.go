package duckdb_test

import (
	"context"
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

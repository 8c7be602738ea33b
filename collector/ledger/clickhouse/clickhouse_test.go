package clickhouse_test

import (
	"context"
	"encoding/binary"
	"os"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

func TestStore(t *testing.T) {
	r := reuse(t)
	ledgertest.Run(t, func(t *testing.T) ledger.Store { return r.empty(t) })
}

// open gives a store in a database of its own.
func open(t testing.TB) *clickhouse.Store {
	t.Helper()
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(context.Background(), server.DSN(database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if kept, err := store.Retention(context.Background()); err != nil || kept != ledger.DefaultRetention {
		t.Fatalf("a new store keeps %+v, %v", kept, err)
	}
	if err := store.SetRetention(context.Background(), ledgertest.Forever); err != nil {
		t.Fatal(err)
	}
	// Tests do not wait for an hour to be quiet.
	if _, err := server.Query(context.Background(), "INSERT INTO "+database+".ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)"); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestWrite_BatchesWithMoreRowsThanABlock(t *testing.T) {
	store := open(t)
	const rows, batchRows = 3*1<<16 + 5, 10_000 // no batch ends where a block does
	var batches []ledger.Batch
	start := time.Now().Add(-time.Hour).UTC()
	for left := rows; left > 0; left -= batchRows {
		calls := make([]ledger.Call, min(left, batchRows))
		for i := range calls {
			c := &calls[i]
			c.TraceID[0], c.Start, c.Billable = 1, start, true
			binary.BigEndian.PutUint64(c.SpanID[:], uint64(left-i))
			c.Usage[usage.Input] = int64(left - i)
		}
		batches = append(batches, ledger.Batch{Calls: calls, Checked: true})
	}
	if err := store.Write(t.Context(), batches...); err != nil {
		t.Fatal(err)
	}
	sums, err := store.KeptSums(t.Context(), ledger.Query{From: start.Add(-time.Hour), Until: start.Add(time.Hour)})
	if err != nil || len(sums) != 1 {
		t.Fatal(sums, err)
	}
	if got := sums[0].Totals; got.Calls != rows || got.Input != rows*(rows+1)/2 {
		t.Errorf("%d calls with %d tokens, want %d with %d", got.Calls, got.Input, rows, rows*(rows+1)/2)
	}
}

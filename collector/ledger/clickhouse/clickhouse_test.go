package clickhouse_test

import (
	"context"
	"os"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
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

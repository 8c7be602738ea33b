package duckdb_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

func TestStore(t *testing.T) {
	for _, test := range []struct {
		name string
		path func(t *testing.T) string
	}{
		{"in memory", func(*testing.T) string { return ":memory:" }},
		{"in a file", func(t *testing.T) string { return filepath.Join(t.TempDir(), "new folder", "ledger.duckdb") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			ledgertest.Run(t, func(t *testing.T) ledger.Store { return open(t, test.path(t)) })
		})
	}
}

func open(t testing.TB, path string) *duckdb.Store {
	t.Helper()
	store, err := duckdb.Open(context.Background(), path)
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
	if kept, err := store.Retention(context.Background()); err != nil || kept != duckdb.DefaultRetention {
		t.Fatalf("a new store keeps %+v, %v", kept, err)
	}
	if err := store.SetRetention(context.Background(), ledgertest.Forever); err != nil {
		t.Fatal(err)
	}
	return store
}

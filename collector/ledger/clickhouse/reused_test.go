package clickhouse_test

import (
	"context"
	"strings"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// reused is a ledger that tests have one after the other, each without the rows
// of the one before: that takes less than creating its tables again.
type reused struct {
	store    *clickhouse.Store
	servers  []*clickhousetest.Server
	database string // in which each server has its tables
}

// reuse gives a migrated ledger of one server.
func reuse(t *testing.T) *reused {
	t.Helper()
	server, database := clickhousetest.Shared(t)
	r := &reused{store: openAlone(t, server.DSN(database)), servers: []*clickhousetest.Server{server}, database: database}
	if err := r.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle(t)
	return r
}

// settle has tests not wait for an hour to be quiet.
func (r *reused) settle(t *testing.T) {
	t.Helper()
	for _, s := range r.servers {
		execute(t, s, r.database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
	}
}

// empty gives the store without rows.
func (r *reused) empty(t *testing.T) *clickhouse.Store {
	t.Helper()
	kept, err := r.store.Retention(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if kept != ledgertest.Forever {
		if err := r.store.SetRetention(context.Background(), ledgertest.Forever); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range r.servers {
		tables, err := s.Query(t.Context(), "SELECT DISTINCT table FROM system.parts WHERE active AND database = {database:String} "+
			"AND table NOT IN ('ledger_schema', 'ledger_settings')", "database", r.database)
		if err != nil {
			t.Fatal(err)
		}
		for table := range strings.Lines(tables) {
			execute(t, s, r.database, "TRUNCATE TABLE "+table)
		}
	}
	return r.store
}

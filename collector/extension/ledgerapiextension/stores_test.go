package ledgerapiextension_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

// newLedger names a ledger that does not exist yet and is the test's own.
type newLedger func(t *testing.T) (dsn string)

func fileLedger(t *testing.T) string {
	return "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
}

// TestLedger_InEveryStore runs what depends on the ledger on each kind of store.
func TestLedger_InEveryStore(t *testing.T) {
	// Those of an empty ledger come first: on ClickHouse all have one.
	tests := []struct {
		name string
		run  func(*testing.T, newLedger)
	}{
		{"answers until the shutdown", answersUntilShutdown},
		{"serves the page, reports and budgets", budgetsAndReports},
		{"serves the metrics on an address of their own", metricsAlone},
		{"a guard stops calls on what the ledger says", guardStopsCalls},
		{"a guard with the wrong token lets calls go", guardWithTheWrongToken},
		{"a guard outlives its collector", guardOutlivesItsCollector},
		{"the state of budgets is served with its age", stateOfBudgets},
	}
	run := func(t *testing.T, open newLedger) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) { test.run(t, open) })
		}
	}
	t.Run("DuckDB", func(t *testing.T) { run(t, fileLedger) })
	t.Run("ClickHouse", func(t *testing.T) {
		if testing.Short() {
			t.Skip("starts ClickHouse")
		}
		// No server that outlives the test: the package looks for goroutines that are left.
		server := clickhousetest.Start(t)
		t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
		run(t, func(*testing.T) string { return server.DSN("ledger") })
	})
}

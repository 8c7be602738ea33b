package duckdb_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestLogRecords_ViewEqualsGo compares the view logs, which other
// programs read, with what this package gives.
func TestLogRecords_ViewEqualsGo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := duckdb.Open(t.Context(), file)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	at := time.Date(2026, 10, 27, 12, 0, 0, 0, time.UTC)
	logs := ledgertest.MessageLogs(at)
	require.NoError(t, store.WriteLogs(t.Context(), logs))
	require.NoError(t, store.Close())

	db, err := sql.Open("duckdb", file)
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT trace_id, span_id, log_id, severity_number, severity, message FROM logs ORDER BY log_id")
	require.NoError(t, err)
	defer rows.Close()
	type row struct {
		trace, span, id   string
		number            int
		severity, message string
	}
	var want, got []row
	for _, l := range logs {
		r := row{id: l.ID.String(), number: l.Severity, severity: ledger.SeverityText(l.Severity), message: l.Message()}
		if !l.TraceID.IsZero() {
			r.trace, r.span = l.TraceID.String(), l.SpanID.String()
		}
		want = append(want, r)
	}
	for rows.Next() {
		var r row
		require.NoError(t, rows.Scan(&r.trace, &r.span, &r.id, &r.number, &r.severity, &r.message))
		got = append(got, r)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, want, got)
}

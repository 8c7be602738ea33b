package duckdb_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestOpen_FilesOfEarlierFormatsWork writes and reads a file of DuckDB's default format, which
// earlier versions made, and has it rewritten. It keeps its format: other programs read it.
func TestOpen_FilesOfEarlierFormatsWork(t *testing.T) {
	const calls = 5000
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	write := func(settings, format string, batch, want int) {
		t.Helper()
		store, err := duckdb.Open(t.Context(), path+settings)
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		require.NoError(t, store.Migrate(t.Context()))
		rows := ledgertest.RandomCalls(calls, 1)
		for i := range rows {
			rows[i].TraceID[0] = byte(batch)
		}
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: rows}))
		_, err = store.SQL().Exec("CHECKPOINT")
		require.NoError(t, err)
		var found int
		require.NoError(t, store.SQL().QueryRow("SELECT count(DISTINCT (trace_id, span_id)) FROM llm_calls WHERE response_id IS NOT NULL").Scan(&found))
		require.Equal(t, want, found)
		var has string
		require.NoError(t, store.SQL().QueryRow("SELECT tags['storage_version'] FROM duckdb_databases() WHERE path = ?", store.Path()).Scan(&has))
		require.Equal(t, format, has)
	}
	write("?storage_compatibility_version=v0.10.2", "v1.0.0+", 1, calls)
	write("", "v1.0.0+", 2, 2*calls)
	require.NoError(t, duckdb.Rewrite(t.Context(), path, nothing))
	write("", "v1.0.0+", 3, 3*calls)
	write("?storage_compatibility_version=v1.4.0", "v1.0.0+", 4, 4*calls)
}

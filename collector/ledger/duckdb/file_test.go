package duckdb_test

import (
	"encoding/binary"
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestWriteFile_LeavesTheSettings compares DuckDB's settings before and after a file, of a
// store that has the defaults and of one whose path has its own.
func TestWriteFile_LeavesTheSettings(t *testing.T) {
	for _, settings := range []string{"", "?memory_limit=1GB&threads=3"} {
		store, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.duckdb")+settings)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.Write(t.Context(), ledger.Batch{Calls: ledgertest.RandomCalls(20, 1)}); err != nil {
			t.Fatal(err)
		}
		read := func() (memory string, threads int64) {
			t.Helper()
			if err := store.SQL().QueryRow("SELECT current_setting('memory_limit'), current_setting('threads')").Scan(&memory, &threads); err != nil {
				t.Fatal(err)
			}
			return memory, threads
		}
		memory, threads := read()
		rows, err := store.WriteFile(t.Context(), duckdb.FileQuery{View: "llm_calls", Format: duckdb.Parquet}, filepath.Join(t.TempDir(), "calls.parquet"))
		if err != nil || rows != 20 {
			t.Fatalf("%d rows, %v", rows, err)
		}
		if after, number := read(); after != memory || number != threads {
			t.Errorf("%q: %s and %d threads after the file, %s and %d before", settings, after, number, memory, threads)
		}
	}
}

// TestWriteFile_HoldsRowsThatAreNotInTheFileYet: rows since the last checkpoint are in
// memory, and leave less of it for an export.
func TestWriteFile_HoldsRowsThatAreNotInTheFileYet(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 200,000 calls")
	}
	store := open(t, filepath.Join(t.TempDir(), "ledger.duckdb?checkpoint_threshold=1GB"))
	const batches, size = 10, 20_000
	for b := range batches {
		calls := ledgertest.RandomCalls(size, 1)
		for i := range calls {
			binary.BigEndian.PutUint32(calls[i].TraceID[:], uint32(1+b*size+i))
		}
		if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []duckdb.FileFormat{duckdb.CSV, duckdb.Parquet} {
		path := filepath.Join(t.TempDir(), "calls")
		rows, err := store.WriteFile(t.Context(), duckdb.FileQuery{View: "llm_calls", Time: "start_time", Order: "start_time, trace_id, span_id", Format: format}, path)
		if err != nil || rows != batches*size {
			t.Errorf("%s: %d rows, %v", format, rows, err)
		}
	}
}

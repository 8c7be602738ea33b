package duckdb_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// BenchmarkWrite writes batches of 2,000 fresh calls to a file.
func BenchmarkWrite(b *testing.B) {
	const size = 2_000
	store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
	rows := ledgertest.RandomCalls(size, 1)
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		for i := range rows {
			rows[i].TraceID[0], rows[i].TraceID[1] = byte(n>>8), byte(n)
		}
		if err := store.Write(context.Background(), ledger.Batch{Calls: rows}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/row")
}

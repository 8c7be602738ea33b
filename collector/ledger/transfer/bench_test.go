package transfer_test

import (
	"flag"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

var benchCalls = flag.Int("calls", 1_000_000, "calls of BenchmarkExport")

// BenchmarkExport writes the calls of a month to a Parquet file. Processor time is that of
// this process, which DuckDB is part of.
//
//	go test -run '^$' -bench Export -benchtime 1x ./collector/ledger/transfer
func BenchmarkExport(b *testing.B) {
	for name, address := range map[string]func() string{
		"duckdb": func() string { return "duckdb://" + filepath.Join(b.TempDir(), "ledger.duckdb") },
		"clickhouse": func() string {
			server, database := clickhousetest.Shared(b)
			return server.DSN(database)
		},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s, err := ledgerstore.Open(b.Context(), address())
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				require.NoError(b, s.SetRetention(b.Context(), ledgertest.Forever))
				from := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
				for written := 0; written < *benchCalls; written += 10_000 {
					calls := ledgertest.RandomCalls(10_000, uint64(written))
					for i := range calls {
						n := written + i
						calls[i].TraceID = ledger.TraceID{0: byte(n), 1: byte(n >> 8), 2: byte(n >> 16), 15: 1}
						calls[i].Start = from.Add(time.Duration(n) * (30 * 24 * time.Hour / time.Duration(*benchCalls)))
					}
					require.NoError(b, s.Write(b.Context(), ledger.Batch{Calls: calls}))
				}
				var before, after syscall.Rusage
				_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
				b.StartTimer()
				rows, err := transfer.Export(b.Context(), s, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.Parquet)}, filepath.Join(b.TempDir(), "calls.parquet"), nil)
				b.StopTimer()
				_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
				require.NoError(b, err)
				require.EqualValues(b, *benchCalls, rows)
				b.ReportMetric(float64(after.Utime.Nano()+after.Stime.Nano()-before.Utime.Nano()-before.Stime.Nano())/1e9, "cpu-s")
				require.NoError(b, s.Close())
			}
		})
	}
}

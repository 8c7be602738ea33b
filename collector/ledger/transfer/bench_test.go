package transfer_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

var (
	benchCalls = flag.Int("calls", 1_000_000, "calls of BenchmarkExport")
	benchDays  = flag.Int("days", 30, "days over which they are spread")
)

// BenchmarkExport writes the calls of a month to a Parquet file. CPU time is that of this
// process, which DuckDB is part of, and of the server of ClickHouse. With -days 1 all calls
// are of one day.
//
//	go test -run '^$' -bench Export -benchtime 1x ./collector/ledger/transfer
func BenchmarkExport(b *testing.B) {
	own := func() time.Duration { return parts.CPU(b, os.Getpid()) }
	for name, open := range map[string]func(b *testing.B) (dsn string, used func() time.Duration){
		"duckdb": func(b *testing.B) (string, func() time.Duration) {
			return "duckdb://" + filepath.Join(b.TempDir(), "ledger.duckdb"), own
		},
		"clickhouse": func(b *testing.B) (string, func() time.Duration) {
			server, database := clickhousetest.Shared(b)
			return server.DSN(database), func() time.Duration { return own() + parts.CPU(b, server.PID()) }
		},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				dsn, used := open(b)
				s, err := ledgerstore.Open(b.Context(), dsn)
				require.NoError(b, err)
				require.NoError(b, s.Migrate(b.Context()))
				require.NoError(b, s.SetRetention(b.Context(), ledgertest.Forever))
				from := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
				for written := 0; written < *benchCalls; written += 10_000 {
					calls := ledgertest.RandomCalls(10_000, uint64(written))
					for i := range calls {
						n := written + i
						calls[i].TraceID = ledger.TraceID{0: byte(n), 1: byte(n >> 8), 2: byte(n >> 16), 15: 1}
						calls[i].Start = from.Add(time.Duration(n) * (time.Duration(*benchDays) * 24 * time.Hour / time.Duration(*benchCalls)))
					}
					require.NoError(b, s.Write(b.Context(), ledger.Batch{Calls: calls}))
				}
				before, mine := used(), own()
				b.StartTimer()
				rows, err := transfer.Export(b.Context(), s, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.Parquet)}, filepath.Join(b.TempDir(), "calls.parquet"), nil)
				b.StopTimer()
				require.NoError(b, err)
				require.EqualValues(b, *benchCalls, rows)
				b.ReportMetric((used() - before).Seconds(), "cpu-s")
				b.ReportMetric((own() - mine).Seconds(), "own-cpu-s")
				require.NoError(b, s.Close())
			}
		})
	}
}

package duckdb_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// BenchmarkWrite writes batches of fresh calls to a file, and reports the CPU
// time of the whole process, DuckDB's threads included.
func BenchmarkWrite(b *testing.B) {
	for _, size := range []int{2_000, 10_000} {
		b.Run(fmt.Sprintf("%d calls", size), func(b *testing.B) {
			store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
			rows := ledgertest.RandomCalls(size, 1)
			b.ReportAllocs()
			b.ResetTimer()
			before := processCPU(b)
			for n := range b.N {
				for i := range rows {
					binary.BigEndian.PutUint32(rows[i].TraceID[:], uint32(n))
				}
				if err := store.Write(context.Background(), ledger.Batch{Calls: rows}); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			written := float64(b.N) * float64(size)
			b.ReportMetric(float64((processCPU(b)-before).Nanoseconds())/written, "cpu-ns/row")
			b.ReportMetric(written/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// processCPU is the user and system time of this process so far.
func processCPU(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

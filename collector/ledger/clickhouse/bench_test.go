package clickhouse_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

const benchRows = 10_000

// BenchmarkWrite writes batches of fresh calls, and reports the CPU time that
// the server spends on each row, its first merges included.
func BenchmarkWrite(b *testing.B) {
	store := open(b)
	server, _ := clickhousetest.Shared(b)
	rows := ledgertest.RandomCalls(benchRows, 1)
	before := serverCPU(b, server.PID())
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
	b.StopTimer()
	written := float64(b.N) * benchRows
	b.ReportMetric(float64((serverCPU(b, server.PID())-before).Microseconds())/written, "clickhouse-cpu-µs/row")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/written, "ns/row")
}

// serverCPU is the user and system time of a process so far.
func serverCPU(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	// The name of the process, in parentheses, may hold blanks.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	const ticksPerSecond = 100 // USER_HZ of every Linux port Go has
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

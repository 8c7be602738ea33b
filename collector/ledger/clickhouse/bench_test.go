package clickhouse_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
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

// BenchmarkWriteLogs writes batches of fresh log records of calls, and reports
// next to the CPU time what a record takes on disk.
func BenchmarkWriteLogs(b *testing.B) {
	server, database := clickhousetest.Shared(b)
	store, err := clickhouse.Open(context.Background(), server.DSN(database))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(context.Background()); err != nil {
		b.Fatal(err)
	}
	calls := ledgertest.RandomCalls(benchRows, 1)
	start := time.Now().UTC()
	for i := range calls {
		calls[i].Start = start.Add(time.Duration(i) * time.Millisecond)
	}
	rows := ledgertest.CallLogs(calls)
	before := serverCPU(b, server.PID())
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		for i := range rows {
			rows[i].TraceID[0], rows[i].TraceID[1] = byte(n>>8), byte(n)
		}
		if err := store.WriteLogs(context.Background(), rows); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	written := float64(b.N) * benchRows
	b.ReportMetric(float64((serverCPU(b, server.PID())-before).Microseconds())/written, "clickhouse-cpu-µs/row")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/written, "ns/row")
	size, err := server.Query(context.Background(),
		"SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND table = 'log_rows' AND database = '"+database+"'")
	if err != nil {
		b.Fatal(err)
	}
	bytes, err := strconv.ParseFloat(strings.TrimSpace(size), 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(bytes, "bytes-on-disk/row")
}

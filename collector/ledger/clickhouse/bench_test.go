package clickhouse_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
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
	before := parts.CPU(b, server.PID())
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
	b.ReportMetric(float64((parts.CPU(b, server.PID())-before).Microseconds())/written, "clickhouse-cpu-µs/row")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/written, "ns/row")
}

// BenchmarkColumns makes the columns of a batch of calls, without a server.
func BenchmarkColumns(b *testing.B) {
	rows := ledgertest.RandomCalls(2*benchRows, 1)
	for i := range rows { // the texts of a few kinds of calls, as applications make them
		c := rows[i%32]
		c.TraceID, c.SpanID, c.Start, c.Duration, c.Usage, c.Cost = rows[i].TraceID, rows[i].SpanID, rows[i].Start, rows[i].Duration, rows[i].Usage, rows[i].Cost
		c.Tags, c.ResponseID = nil, "msg_01"+c.SpanID.String()
		rows[i] = c
	}
	columns := clickhouse.NewCallColumns()
	columns.Fill(rows)
	b.ReportAllocs()
	for b.Loop() {
		columns.Fill(rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
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
	before := parts.CPU(b, server.PID())
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
	b.ReportMetric(float64((parts.CPU(b, server.PID())-before).Microseconds())/written, "clickhouse-cpu-µs/row")
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

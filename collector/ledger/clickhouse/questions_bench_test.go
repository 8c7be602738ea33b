package clickhouse_test

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// size is how many calls BenchmarkQuestions asks about:
//
//	go test ./ledger/clickhouse -run '^$' -bench Questions -v -timeout 30m -calls 100000000
var size = flag.Int("calls", 1_000_000, "how many calls BenchmarkQuestions makes")

// detailLimit keeps the whole run to minutes.
const detailLimit = 10_000_000

// BenchmarkQuestions asks a ledger what people ask. cold-ms is the first answer
// of a server that has just started and whose files are in no cache.
func BenchmarkQuestions(b *testing.B) {
	ctx := context.Background()
	server, err := clickhousetest.Launch(ctx, b.TempDir(), "", "")
	if err != nil {
		b.Fatal(err)
	}
	defer server.Kill()
	store := openAlone(b, server.DSN("ledger"))
	if err := store.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	fill(b, server, "ledger", *size)
	begin := time.Now()
	if err := store.Refresh(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d calls summed up in %s, %s of CPU since the start", *size, time.Since(begin).Round(time.Millisecond), parts.CPU(b, server.PID()).Round(time.Millisecond))
	if err := server.Merged(ctx); err != nil {
		b.Fatal(err)
	}
	disk, err := server.QueryIn(ctx, "ledger", `SELECT table, sum(rows), formatReadableSize(sum(bytes_on_disk)), round(sum(bytes_on_disk) / sum(rows), 1)
		FROM system.parts WHERE active AND database = 'ledger' AND rows > 1000 GROUP BY table ORDER BY table`)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("table, rows, on disk, bytes a row:\n%s", disk)

	today := time.Now().UTC().Truncate(24 * time.Hour)
	from, until := today.AddDate(0, 0, -30), today
	name, err := server.QueryIn(ctx, "ledger", "SELECT lower(hex(trace_id)) FROM llm_call_rows WHERE toDate(start_time) = today() - 3 LIMIT 1")
	if err != nil {
		b.Fatal(err)
	}
	trace, err := ledger.ParseTraceID(name)
	if err != nil {
		b.Fatal(err)
	}
	for _, question := range ledgertest.BenchmarkQuestions(store, ledger.Query{From: from, Until: until}, trace) {
		b.Run(question.Name, func(b *testing.B) {
			if *size > detailLimit && question.FromCalls {
				b.Skipf("reads every call: asked of %d at most", detailLimit)
			}
			if err := server.Cool(ctx); err != nil {
				b.Fatal(err)
			}
			begin := time.Now()
			if err := question.Ask(ctx); err != nil {
				b.Fatal(err)
			}
			cold := time.Since(begin)
			for b.Loop() {
				if err := question.Ask(ctx); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cold.Microseconds())/1000, "cold-ms")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "warm-ms")
		})
	}
}

// fill has the server make calls.
func fill(b *testing.B, server *clickhousetest.Server, database string, calls int) {
	b.Helper()
	ctx := context.Background()
	// What is made is over at once; there is nothing to wait for.
	if _, err := server.QueryIn(ctx, database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)"); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	made := clickhousetest.Calls{Number: calls, Days: 30, Until: time.Now().UTC().Truncate(24 * time.Hour)}
	if err := server.Fill(ctx, database, made); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d calls made in %s, %s of CPU", calls, time.Since(begin).Round(time.Millisecond), parts.CPU(b, server.PID()).Round(time.Millisecond))
}

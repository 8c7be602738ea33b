package report_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Ten million calls take about 2 GB of disk in each store, a few minutes and 4 GB of
// memory. A hundred million take half an hour and 10 GB, which -data keeps:
//
//	go test ./report -run '^$' -bench Reports -benchtime 3x -v -timeout 30m -calls 10000000
//	go test ./report -run '^$' -bench Reports/ClickHouse -benchtime 3x -v -timeout 120m -calls 100000000 -days 365 -data /tmp/calls
var (
	benchCalls = flag.Int("calls", 1_000_000, "how many calls BenchmarkReports makes")
	benchDays  = flag.Int("days", 30, "days over which BenchmarkReports spreads the calls; reports are of 30 days")
	benchData  = flag.String("data", "", "folder in which BenchmarkReports keeps its calls for the next run; a folder that has calls is asked as it is")
)

// filled is a store that has made its own calls.
type filled struct {
	ledger.Store
	cpu  func(testing.TB) time.Duration // of the server so far
	cool func()                         // restarts it with no file in a cache; nil if it cannot
}

var filledStores = map[string]func(*testing.B) filled{"ClickHouse": filledClickHouse, "DuckDB": filledDuckDB}

func filledClickHouse(b *testing.B) filled {
	ctx := context.Background()
	server, database := launched(b)
	store, err := clickhouse.Open(ctx, server.DSN(database))
	require.NoError(b, err)
	b.Cleanup(func() { store.Close() })
	require.NoError(b, store.Migrate(ctx))
	f := filled{
		Store: store,
		cpu:   func(tb testing.TB) time.Duration { return parts.CPU(tb, server.PID()) },
		cool:  func() { require.NoError(b, server.Cool(ctx)) },
	}
	if first, _, err := store.Extent(ctx, ledger.PartRows, time.Time{}); err != nil || !first.IsZero() {
		require.NoError(b, err)
		return f
	}
	kept := ledger.DefaultRetention
	kept.DetailDays = max(kept.DetailDays, *benchDays+60)
	require.NoError(b, store.SetRetention(ctx, kept))
	// What is made is over at once; there is nothing to wait for.
	_, err = server.QueryIn(ctx, database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
	require.NoError(b, err)
	begin, before := time.Now(), f.cpu(b)
	done := func(what string) {
		b.Logf("%d calls of %d days %s in %s, %s of CPU time of the server", *benchCalls, *benchDays, what, time.Since(begin).Round(time.Second), (f.cpu(b) - before).Round(time.Second))
		begin, before = time.Now(), f.cpu(b)
	}
	require.NoError(b, server.Fill(ctx, database, clickhousetest.Calls{Number: *benchCalls, Days: *benchDays, Until: time.Now()}))
	done("made")
	require.NoError(b, store.Refresh(ctx))
	done("summed up")
	require.NoError(b, server.Merged(ctx))
	size, err := server.QueryIn(ctx, database, `SELECT table, sum(rows), formatReadableSize(sum(bytes_on_disk)), round(sum(bytes_on_disk) / sum(rows), 1)
		FROM system.parts WHERE active AND database = currentDatabase() AND rows > 1000 GROUP BY table ORDER BY table`)
	require.NoError(b, err)
	b.Logf("table, rows, on disk, bytes a row:\n%s", size)
	return f
}

// launched is the server that tests share, or one of its own on the folder of -data.
func launched(b *testing.B) (*clickhousetest.Server, string) {
	if *benchData == "" {
		return clickhousetest.Shared(b)
	}
	dir := filepath.Join(*benchData, "clickhouse")
	require.NoError(b, os.MkdirAll(dir, 0o755))
	server, err := clickhousetest.Launch(context.Background(), dir, "", "")
	require.NoError(b, err)
	b.Cleanup(server.Kill)
	return server, "ledger"
}

func filledDuckDB(b *testing.B) filled {
	ctx := context.Background()
	dir := *benchData
	if dir == "" {
		dir = b.TempDir()
	}
	require.NoError(b, os.MkdirAll(dir, 0o755))
	path := filepath.Join(dir, "ledger.duckdb")
	_, missing := os.Stat(path)
	store, err := duckdb.Open(ctx, path)
	require.NoError(b, err)
	require.NoError(b, store.Migrate(ctx))
	if missing != nil {
		// The statement takes after a call, long before those it makes.
		pattern := ledgertest.RandomCalls(1, 1)
		pattern[0].Start = time.Now().AddDate(0, 0, -200)
		pattern[0].ResponseModel, pattern[0].Cost.Status, pattern[0].Billable, pattern[0].Error = "", "priced", true, false
		require.NoError(b, store.Write(ctx, ledger.Batch{Calls: pattern}))
	}
	require.NoError(b, store.Close())
	if missing != nil {
		db, err := sql.Open("duckdb", path)
		require.NoError(b, err)
		for file, number := range map[string]int{"calls.sql": *benchCalls, "spans.sql": *benchCalls / 5} {
			fill, err := os.ReadFile("../ledger/duckdb/testdata/" + file)
			require.NoError(b, err)
			_, err = db.ExecContext(ctx, string(fill), *benchCalls, number)
			require.NoError(b, err)
		}
		require.NoError(b, db.Close())
	}
	store, err = duckdb.OpenToRead(ctx, path)
	require.NoError(b, err)
	b.Cleanup(func() { store.Close() })
	return filled{Store: store, cpu: func(testing.TB) time.Duration { return 0 }} // this process
}

// BenchmarkReports asks each store for the reports of 30 days that end now,
// percentiles included where a report has them. first-ms is the first answer, of a
// server that has just started and whose files are in no cache if the report is one
// that is asked cold.
func BenchmarkReports(b *testing.B) {
	ctx := context.Background()
	now := time.Now().UTC()
	for name, fill := range filledStores {
		b.Run(name, func(b *testing.B) {
			store := fill(b)
			judge(b, store, now)
			cpu := func() time.Duration { return store.cpu(b) + parts.CPU(b, os.Getpid()) }
			for _, r := range benchReports(b, store, now) {
				b.Run(r.name, func(b *testing.B) {
					if r.cold && store.cool != nil && *benchData != "" {
						store.cool()
					}
					begin := time.Now()
					require.NoError(b, r.ask(ctx, store))
					first := time.Since(begin)
					before := cpu()
					for b.Loop() {
						require.NoError(b, r.ask(ctx, store))
					}
					b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N), "cpu-ms")
					b.ReportMetric(float64(first.Milliseconds()), "first-ms")
					b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
				})
			}
		})
	}
}

// judge gives one call in ten of a million in a month, and as many of more, an evaluation
// and its trace an outcome.
func judge(b *testing.B, store ledger.Store, now time.Time) {
	b.Helper()
	ctx := context.Background()
	from := now.AddDate(0, 0, -15)
	length := time.Duration(72 * float64(time.Hour) * min(1, 1e6/float64(*benchCalls)*float64(*benchDays)/30))
	if found, err := store.ResultsBetween(ctx, from.Add(-24*time.Hour), from.Add(24*time.Hour)); err != nil || len(found) > 0 {
		require.NoError(b, err)
		return
	}
	calls, err := store.Calls(ctx, from, from.Add(length))
	require.NoError(b, err)
	results := make([]ledger.Result, 0, 2*len(calls))
	for i := range calls {
		c := &calls[i]
		for _, r := range []ledger.Result{
			{Kind: ledger.ResultEvaluation, Name: "relevance", SpanID: c.SpanID, Label: []string{"pass", "fail"}[i%2], Value: ledger.ResultValue(float64(i%100) / 100)},
			{Kind: ledger.ResultOutcome, Name: "resolved", Accepted: i%3 > 0},
		} {
			r.TraceID, r.Time, r.Received = c.TraceID, c.Start.Add(time.Hour), now.UTC().Truncate(time.Microsecond)
			r.Identify("")
			results = append(results, r)
		}
	}
	for chunk := range slices.Chunk(results, 50_000) {
		require.NoError(b, store.WriteResults(ctx, chunk))
	}
	b.Logf("%d evaluations and outcomes", len(results))
}

var errNothing = errors.New("the answer has nothing in it")

package report_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/optimize"
)

// benchCalls is how many calls BenchmarkReports asks about; ten million take
// about 2 GB of disk in each store, a few minutes and 4 GB of memory:
//
//	go test ./report -run '^$' -bench Reports -benchtime 3x -v -timeout 30m -calls 10000000
var benchCalls = flag.Int("calls", 1_000_000, "how many calls BenchmarkReports makes")

// benchChunk is how many calls one statement makes, which bounds its memory.
const benchChunk = 2_000_000

// filled are stores that have made their own calls of the last 30 days.
var filled = map[string]func(*testing.B) ledger.Store{
	"ClickHouse": func(b *testing.B) ledger.Store {
		ctx := context.Background()
		server, database := clickhousetest.Shared(b)
		store, err := clickhouse.Open(ctx, server.DSN(database))
		require.NoError(b, err)
		b.Cleanup(func() { store.Close() })
		require.NoError(b, store.Migrate(ctx))
		fill, err := os.ReadFile("../ledger/clickhouse/testdata/calls.sql")
		require.NoError(b, err)
		_, err = server.QueryIn(ctx, database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
		require.NoError(b, err)
		for first := 0; first < *benchCalls; first += benchChunk {
			_, err := server.QueryIn(ctx, database, string(fill), "first", strconv.Itoa(first),
				"count", strconv.Itoa(min(benchChunk, *benchCalls-first)), "total", strconv.Itoa(*benchCalls))
			require.NoError(b, err)
		}
		require.NoError(b, store.Refresh(ctx))
		return store
	},
	"DuckDB": func(b *testing.B) ledger.Store {
		ctx := context.Background()
		path := filepath.Join(b.TempDir(), "ledger.duckdb")
		store, err := duckdb.Open(ctx, path)
		require.NoError(b, err)
		require.NoError(b, store.Migrate(ctx))
		// The statement takes after a call, long before those it makes.
		pattern := ledgertest.RandomCalls(1, 1)
		pattern[0].Start = time.Now().AddDate(0, 0, -200)
		pattern[0].ResponseModel, pattern[0].Cost.Status, pattern[0].Billable, pattern[0].Error = "", "priced", true, false
		require.NoError(b, store.Write(ctx, ledger.Batch{Calls: pattern}))
		require.NoError(b, store.Close())
		fill, err := os.ReadFile("../ledger/duckdb/testdata/calls.sql")
		require.NoError(b, err)
		db, err := sql.Open("duckdb", path)
		require.NoError(b, err)
		_, err = db.ExecContext(ctx, string(fill), *benchCalls, *benchCalls)
		require.NoError(b, err)
		fill, err = os.ReadFile("../ledger/duckdb/testdata/spans.sql")
		require.NoError(b, err)
		_, err = db.ExecContext(ctx, string(fill), *benchCalls, *benchCalls/5)
		require.NoError(b, errors.Join(err, db.Close()))
		store, err = duckdb.Open(ctx, path)
		require.NoError(b, err)
		b.Cleanup(func() { store.Close() })
		return store
	},
}

// BenchmarkReports asks each store for the main reports of 30 days that end
// now, percentiles included where a report has them.
func BenchmarkReports(b *testing.B) {
	ctx := context.Background()
	now := time.Now().UTC()
	month := report.Days(30, now)
	by := func(d ...ledger.Dimension) []ledger.Dimension { return d }
	plan, err := budget.ReadPlan(strings.NewReader(`budgets: [{name: all, amount: "1000"}, {name: one, amount: "100", scope: {department: dep-1}}]`))
	require.NoError(b, err)
	reports := []struct {
		name string
		ask  func(ledger.Reader) error
	}{
		{"cost by department and model", func(r ledger.Reader) error {
			_, err := report.Cost(ctx, r, report.CostQuestion{Period: month, By: by(ledger.ByDepartment, ledger.ByModel)})
			return err
		}},
		{"cost by user, top 20", func(r ledger.Reader) error {
			_, err := report.Cost(ctx, r, report.CostQuestion{Period: month, By: by(ledger.ByUser), Top: 20})
			return err
		}},
		{"daily", func(r ledger.Reader) error {
			_, err := report.Daily(ctx, r, report.DailyQuestion{Period: month})
			return err
		}},
		{"peaks", func(r ledger.Reader) error {
			_, err := report.Peaks(ctx, r, report.PeaksQuestion{Period: month})
			return err
		}},
		{"errors", func(r ledger.Reader) error {
			_, err := report.Errors(ctx, r, report.ErrorsQuestion{Period: month})
			return err
		}},
		{"latency by model", func(r ledger.Reader) error {
			_, err := report.Latency(ctx, r, report.LatencyQuestion{Period: month})
			return err
		}},
		{"summary of 7 days", func(r ledger.Reader) error {
			_, err := report.Summary(ctx, r, report.SummaryQuestion{Period: report.Days(7, now)})
			return err
		}},
		{"forecast by department", func(r ledger.Reader) error {
			_, err := report.Forecast(ctx, r, report.ForecastQuestion{Period: report.Month(now.Year(), now.Month(), time.UTC), Now: now, By: by(ledger.ByDepartment)})
			return err
		}},
		{"anomalies of a day by application", func(r ledger.Reader) error {
			_, err := report.Anomalies(ctx, r, report.AnomaliesQuestion{Period: report.Since(24*time.Hour, now)})
			return err
		}},
		{"chargeback of the month", func(r ledger.Reader) error {
			_, err := chargeback.New(ctx, r, report.Month(now.Year(), now.Month(), time.UTC), chargeback.Rules{Allocate: chargeback.Proportional})
			return err
		}},
		{"optimize", func(r ledger.Reader) error {
			_, err := optimize.Find(ctx, r, optimize.Question{Period: month})
			return err
		}},
		{"change of 15 days", func(r ledger.Reader) error {
			half := report.Period{From: now.AddDate(0, 0, -15), Until: now}
			before := report.Period{From: now.AddDate(0, 0, -30), Until: half.From}
			_, err := report.Change(ctx, r, report.ChangeQuestion{Before: before, After: half})
			return err
		}},
		{"waste", func(r ledger.Reader) error {
			_, err := report.Waste(ctx, r, report.WasteQuestion{Period: month})
			return err
		}},
		{"cache", func(r ledger.Reader) error {
			_, err := report.Cache(ctx, r, report.CacheQuestion{Period: month})
			return err
		}},
		{"quality by model", func(r ledger.Reader) error {
			a, err := report.Quality(ctx, r, report.QualityQuestion{Period: month, By: by(ledger.ByModel)})
			if err == nil && len(a.Lines) == 0 {
				return errors.New("nothing was judged")
			}
			return err
		}},
		{"unit by department", func(r ledger.Reader) error {
			_, err := report.Unit(ctx, r, report.UnitQuestion{Period: month, Outcome: "resolved", By: by(ledger.ByDepartment)})
			return err
		}},
		{"context", func(r ledger.Reader) error {
			_, err := report.Context(ctx, r, report.ContextQuestion{Period: month, By: by(ledger.ByAgent)})
			return err
		}},
		{"status of two budgets", func(r ledger.Reader) error {
			_, err := plan.Statuses(ctx, r, now)
			return err
		}},
	}
	for name, fill := range filled {
		b.Run(name, func(b *testing.B) {
			begin := time.Now()
			store := fill(b)
			judge(b, store, now)
			b.Logf("%d calls made and summed up in %s", *benchCalls, time.Since(begin).Round(time.Millisecond))
			for _, r := range reports {
				b.Run(r.name, func(b *testing.B) {
					for b.Loop() {
						require.NoError(b, r.ask(store))
					}
					b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
				})
			}
		})
	}
}

// judge gives one call in ten an evaluation and its trace an outcome.
func judge(b *testing.B, store ledger.Store, now time.Time) {
	b.Helper()
	ctx := context.Background()
	from := now.AddDate(0, 0, -15)
	calls, err := store.Calls(ctx, from, from.AddDate(0, 0, 3))
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

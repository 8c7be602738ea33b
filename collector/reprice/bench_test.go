package reprice_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

var benchCalls = flag.Int("calls", 1_000_000, "calls of BenchmarkRun")

// BenchmarkRun reprices the calls of a month, each of which changes: dry first, then with
// what it writes. CPU time is that of this process, which DuckDB is part of, and of the
// server of ClickHouse.
//
//	go test -run '^$' -bench Run -benchtime 1x ./collector/reprice
func BenchmarkRun(b *testing.B) {
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
				begin := writeMonth(b, s)
				options := reprice.Options{From: begin, Until: begin.AddDate(0, 1, 0), Catalogue: doubled(b)}
				run := func(apply bool) {
					options.Apply = apply
					before, began := used(), time.Now()
					result, err := reprice.Run(b.Context(), s, options)
					require.NoError(b, err)
					require.EqualValues(b, *benchCalls, result.Total.Changed)
					what := map[bool]string{false: "dry", true: "apply"}[apply]
					b.ReportMetric(time.Since(began).Seconds(), what+"-s")
					b.ReportMetric((used() - before).Seconds(), what+"-cpu-s")
				}
				run(false)
				b.StartTimer()
				run(true)
				b.StopTimer()
				require.NoError(b, s.Close())
			}
		})
	}
}

// writeMonth fills a store with calls of one model and returns when they begin.
func writeMonth(b *testing.B, s ledger.Store) (begin time.Time) {
	require.NoError(b, s.Migrate(b.Context()))
	require.NoError(b, s.SetRetention(b.Context(), ledgertest.Forever))
	begin = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	step := 30 * 24 * time.Hour / time.Duration(*benchCalls)
	for written := 0; written < *benchCalls; written += 10_000 {
		calls := ledgertest.RandomCalls(10_000, uint64(written))
		for i := range calls {
			c := &calls[i]
			n := written + i
			c.TraceID, c.SpanID = ledger.TraceID{0: byte(n), 1: byte(n >> 8), 2: byte(n >> 16), 15: 1}, ledger.SpanID{7: 1}
			c.Start, c.Claim, c.Billable = begin.Add(time.Duration(n)*step), "transport", true
			c.Received = c.Start.Add(time.Second)
			c.Provider, c.RequestModel, c.ResponseModel, c.ServerAddress = "openai", "gpt-5", "", ""
			c.Terms, c.ServiceTier, c.ErrorType, c.StatusCode, c.Error = ledger.Terms{}, "", "", 0, false
			c.ResponseID = fmt.Sprintf("chatcmpl-%d", n)
			c.UsageSource, c.UsageFields = "reported", int(usage.NumBilled)
			c.Usage = usage.Counts{usage.Input: int64(1000 + n%7000), usage.Output: int64(100 + n%900), usage.CacheRead: int64(n % 1000)}
			c.Cost = ledger.Cost{Status: "unpriced"}
			c.Cost = reprice.Cost(pricing.Default(), c)
		}
		require.NoError(b, s.Write(b.Context(), ledger.Batch{Calls: calls}))
	}
	return begin
}

// doubled is the built-in prices with twice the price for the model of writeMonth.
func doubled(b *testing.B) *pricing.Catalogue {
	over, err := pricing.Parse("correction", []byte(`{"format": 1, "version": "corrected", "providers": [
		{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5"], "cards": [{"rates": {"input": "2.5", "cache_read": "0.25", "output": "20"}}]}]}]}`))
	require.NoError(b, err)
	catalogue, err := pricing.Default().With(over)
	require.NoError(b, err)
	return catalogue
}

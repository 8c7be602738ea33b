package reprice_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var benchCalls = flag.Int("calls", 1_000_000, "calls of BenchmarkRun")

// BenchmarkRun reprices the calls of a month, each of which changes, in a DuckDB file.
//
//	go test -run '^$' -bench Run -benchtime 1x ./collector/reprice
func BenchmarkRun(b *testing.B) {
	for range b.N {
		b.StopTimer()
		s, err := ledgerstore.Open(b.Context(), "duckdb://"+filepath.Join(b.TempDir(), "ledger.duckdb"))
		require.NoError(b, err)
		require.NoError(b, s.Migrate(b.Context()))
		begin := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
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
		over, err := pricing.Parse("correction", []byte(`{"format": 1, "version": "corrected", "providers": [
			{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5"], "cards": [{"rates": {"input": "2.5", "cache_read": "0.25", "output": "20"}}]}]}]}`))
		require.NoError(b, err)
		catalogue, err := pricing.Default().With(over)
		require.NoError(b, err)
		before := processorTime()
		b.StartTimer()
		result, err := reprice.Run(b.Context(), s, reprice.Options{From: begin, Until: begin.AddDate(0, 1, 0), Catalogue: catalogue, Apply: true})
		b.StopTimer()
		require.NoError(b, err)
		require.EqualValues(b, *benchCalls, result.Total.Changed)
		b.ReportMetric((processorTime() - before).Seconds(), "cpu-s")
		require.NoError(b, s.Close())
	}
}

func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

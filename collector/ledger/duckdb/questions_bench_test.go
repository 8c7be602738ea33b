package duckdb_test

import (
	"context"
	_ "embed"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

//go:embed testdata/calls.sql
var syntheticCalls string

// size is how many calls BenchmarkQuestions asks about:
//
//	go test ./ledger/duckdb -run '^$' -bench Questions -v -timeout 30m -calls 10000000
var size = flag.Int("calls", 1_000_000, "how many calls BenchmarkQuestions makes")

// BenchmarkQuestions asks a ledger what people ask.
func BenchmarkQuestions(b *testing.B) {
	ctx := context.Background()
	store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
	pattern := ledgertest.RandomCalls(1, 1)
	pattern[0].Start = time.Now().AddDate(0, 0, -200) // outside of what is asked about
	pattern[0].ResponseModel, pattern[0].Cost.Status, pattern[0].Billable, pattern[0].Error = "", "priced", true, false
	if err := store.Write(ctx, ledger.Batch{Calls: pattern}); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if _, err := store.SQL().ExecContext(ctx, syntheticCalls, *size, *size); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d calls made in %s", *size, time.Since(begin).Round(time.Millisecond))
	today := time.Now().UTC().Truncate(24 * time.Hour)
	from, until := today.AddDate(0, 0, -30), today
	traces, err := store.Traces(ctx, ledger.TraceQuery{From: today.Add(-10 * time.Minute), Until: today, Limit: 1})
	if err != nil || len(traces) != 1 {
		b.Fatalf("%d traces, %v", len(traces), err)
	}
	for _, question := range ledgertest.BenchmarkQuestions(store, ledger.Query{From: from, Until: until}, traces[0].ID) {
		b.Run(question.Name, func(b *testing.B) {
			before := processCPU(b)
			for b.Loop() {
				if err := question.Ask(ctx); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processCPU(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "warm-ms")
		})
	}
}

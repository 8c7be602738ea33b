package duckdb_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// runRows is how many rows a run of BenchmarkIngest has.
const runRows = 5

// load says how the calls were seen that BenchmarkIngest writes.
type load struct {
	name   string
	claims []string // of the calls of a run, each inside the one before
	later  bool     // the outermost span comes in the next batch
}

var loads = []load{
	{"round trips", []string{semconv.ClaimTransport, semconv.ClaimTransport, semconv.ClaimTransport}, false},
	{"clients", []string{semconv.ClaimFramework, semconv.ClaimClient, semconv.ClaimClient}, false},
	{"clients, the outermost a batch later", []string{semconv.ClaimFramework, semconv.ClaimClient, semconv.ClaimClient}, true},
}

// ledgerRows is how many rows the ledger of BenchmarkIngest has at the start:
//
//	go test ./ledger/duckdb -run '^$' -bench 'Ingest/round' -benchtime 20x -rows-before 10000,100000,1000000
var ledgerRows = flag.String("rows-before", "0,500000", "how many rows BenchmarkIngest writes before it measures, separated by commas")

// BenchmarkIngest writes and settles batches as the exporter does, and reports
// the CPU time a row of the whole process while the ledger grows, without the time in
// which the batches are made.
func BenchmarkIngest(b *testing.B) {
	const size = 10_000
	for _, l := range loads {
		for text := range strings.SplitSeq(*ledgerRows, ",") {
			rowsBefore, err := strconv.Atoi(text)
			if err != nil {
				b.Fatal("-rows-before: ", err)
			}
			b.Run(fmt.Sprintf("%s, %d rows before", l.name, rowsBefore), func(b *testing.B) {
				ctx := context.Background()
				store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
				rows := newIngestRows(l, time.Now().Add(-time.Hour))
				var stored time.Duration
				ingest := func() {
					batches := []ledger.Batch{rows.next(size)}
					before := processCPU(b)
					settle.PrepareFor(store, batches)
					if err := store.Write(ctx, batches...); err != nil {
						b.Fatal(err)
					}
					if err := settle.Settle(ctx, store, batches...); err != nil {
						b.Fatal(err)
					}
					stored += processCPU(b) - before
				}
				for range rowsBefore / size {
					ingest()
				}
				stored = 0
				b.ReportAllocs()
				b.ResetTimer()
				for range b.N {
					ingest()
				}
				b.StopTimer()
				b.ReportMetric(float64(stored.Nanoseconds())/float64(b.N*size), "cpu-ns/row")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkLargeTrace writes batches of one trace with some calls of others in
// them, and reports the longest time until such a batch was written and the
// others' calls settled, and the CPU time a row.
func BenchmarkLargeTrace(b *testing.B) {
	const size, others = 10_000, 100
	ctx := context.Background()
	store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
	settler := settle.NewSettler(store, settle.SettlerOptions{Report: func(err error) { b.Error(err) }})
	rows := newIngestRows(loads[1], time.Now().Add(-time.Hour))
	var trace ledger.TraceID
	trace[0] = 1
	total := ledger.SpanID{1}
	var longest time.Duration
	before := processCPU(b)
	b.ResetTimer()
	for range b.N {
		batch := rows.next(others * runRows / len(loads[1].claims))
		start := batch.Spans[0].Start
		for i := range size - others {
			call := rows.call(trace, rows.spanID(), start.Add(time.Duration(i)*time.Microsecond))
			call.Claim, call.ParentSpanID = semconv.ClaimClient, total
			batch.Calls = append(batch.Calls, call)
		}
		began := time.Now()
		batches := []ledger.Batch{batch}
		settle.PrepareFor(store, batches)
		if err := store.Write(ctx, batches...); err != nil {
			b.Fatal(err)
		}
		if err := settler.Settle(ctx, batches...); err != nil {
			b.Fatal(err)
		}
		longest = max(longest, time.Since(began))
	}
	began := time.Now()
	settler.Close()
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64((processCPU(b)-before).Nanoseconds())/float64(b.N*size), "cpu-ns/row")
	b.ReportMetric(longest.Seconds(), "longest-s")
	b.ReportMetric(time.Since(began).Seconds(), "end-s")
}

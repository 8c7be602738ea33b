package duckdb_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
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

// rowsBefore is how many rows the ledger of BenchmarkIngest has at the start:
//
//	go test ./ledger/duckdb -run '^$' -bench 'Ingest/round' -benchtime 20x -rows-before 10000,100000,1000000
var rowsBefore = flag.String("rows-before", "0,500000", "how many rows BenchmarkIngest writes before it measures, separated by commas")

// BenchmarkIngest writes and settles batches as the exporter does, and reports
// the CPU time a row of the whole process while the ledger grows.
func BenchmarkIngest(b *testing.B) {
	const size = 10_000
	for _, l := range loads {
		for text := range strings.SplitSeq(*rowsBefore, ",") {
			rows, err := strconv.Atoi(text)
			if err != nil {
				b.Fatal("-rows-before: ", err)
			}
			b.Run(fmt.Sprintf("%s, %d rows before", l.name, rows), func(b *testing.B) {
				ctx := context.Background()
				store := open(b, filepath.Join(b.TempDir(), "ledger.duckdb"))
				random := rand.New(rand.NewPCG(1, 2))
				start := time.Now().Add(-time.Hour)
				var late []ledger.Call
				ingest := func() {
					batch := l.batch(random, start, size)
					if l.later {
						batch.Calls, late = holdBack(batch.Calls, late)
					}
					start = start.Add(time.Second)
					batches := []ledger.Batch{batch}
					settle.PrepareFor(store, batches)
					if err := store.Write(ctx, batches...); err != nil {
						b.Fatal(err)
					}
					if err := settle.Settle(ctx, store, batches...); err != nil {
						b.Fatal(err)
					}
				}
				for range rows / size {
					ingest()
				}
				b.ReportAllocs()
				b.ResetTimer()
				before := processCPU(b)
				for range b.N {
					ingest()
				}
				b.StopTimer()
				written := float64(b.N * size)
				b.ReportMetric(float64((processCPU(b)-before).Nanoseconds())/written, "cpu-ns/row")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// batch is some runs, each an agent with a tool and calls.
func (l load) batch(random *rand.Rand, start time.Time, size int) (batch ledger.Batch) {
	for i := range size / runRows {
		var trace ledger.TraceID
		binary.BigEndian.PutUint64(trace[:8], random.Uint64())
		binary.BigEndian.PutUint64(trace[8:], random.Uint64())
		ids := make([]ledger.SpanID, runRows)
		for j := range ids {
			binary.BigEndian.PutUint64(ids[j][:], random.Uint64())
		}
		at := start.Add(time.Duration(i) * 100 * time.Microsecond)
		for j := range 2 {
			span := ledger.AgentSpan{
				TraceID: trace, SpanID: ids[j], Start: at, Duration: time.Second, Role: "agent", Name: "invoke_agent planner",
				Workflow: "briefing", Agent: "planner", User: fmt.Sprint("u-", random.IntN(1000)), Department: "support",
				Application: "support-copilot", Service: "throughput", Received: time.Now(),
			}
			if j > 0 {
				span.ParentSpanID, span.Role, span.Tool = ids[0], "tool", "search"
			}
			batch.Spans = append(batch.Spans, span)
		}
		for j, claim := range l.claims {
			call := ingestedCall(random, trace, ids[2+j], at.Add(time.Duration(j+1)*time.Millisecond))
			call.Claim, call.ParentSpanID = claim, ids[0]
			if j > 0 && settle.CanLose(claim) {
				call.ParentSpanID = ids[1+j]
			}
			batch.Calls = append(batch.Calls, call)
		}
	}
	return batch
}

// holdBack puts the outermost calls of the batch before in the place of those of
// this one.
func holdBack(calls, late []ledger.Call) (now, later []ledger.Call) {
	now = late
	for _, c := range calls {
		if c.Claim == semconv.ClaimFramework {
			later = append(later, c)
		} else {
			now = append(now, c)
		}
	}
	return now, later
}

func ingestedCall(random *rand.Rand, trace ledger.TraceID, span ledger.SpanID, start time.Time) ledger.Call {
	var id [11]byte
	for i := range id {
		id[i] = byte(random.Uint32())
	}
	cost := udecimal.MustFromInt64(random.Int64N(1_000_000_000), 10)
	models := []string{"gpt-5-mini-2025-08-07", "gpt-4o-2024-08-06", "claude-sonnet-4-5-20250929"}
	return ledger.Call{
		TraceID: trace, SpanID: span, Start: start, Duration: time.Duration(random.Int64N(int64(5 * time.Second))),
		User: fmt.Sprint("u-", random.IntN(1000)), Department: "support", Application: "support-copilot",
		Workflow: "briefing", Agent: "planner", Step: "look up policy", ConversationID: "conv_" + hex.EncodeToString(id[:]),
		Service: "throughput", Environment: "bench", Provider: "openai", ServerAddress: "api.openai.com", Operation: "chat",
		RequestModel: "gpt-5-mini", ResponseModel: models[random.IntN(len(models))], ResponseID: "msg_" + hex.EncodeToString(id[:]),
		ServiceTier: "default", Streamed: true, TimeToFirstChunk: time.Duration(random.Int64N(int64(time.Second))),
		FinishReasons: []string{"stop"}, StatusCode: 200,
		Usage:       usage.Counts{usage.Input: 200 + random.Int64N(12000), usage.Output: 20 + random.Int64N(900), usage.CacheRead: random.Int64N(100)},
		UsageFields: int(usage.NumBilled), UsageSource: semconv.UsageReported,
		Cost: ledger.Cost{
			Status: "priced", Amount: &cost, Currency: "USD", CatalogVersion: "2026-11-01", Flags: []string{"tier_assumed"},
			Bill: ledger.ReadBill(`[{"kind":"input","quantity":1200,"rate_usd":"0.25","per":1000000,"cost_usd":"0.0003"},{"kind":"output","quantity":320,"rate_usd":"2","per":1000000,"cost_usd":"0.00064"}]`),
		},
		Role: "llm", Dialect: "spanledger", Received: time.Now(),
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
	random := rand.New(rand.NewPCG(1, 2))
	var trace ledger.TraceID
	trace[0] = 1
	total := ledger.SpanID{1}
	start := time.Now().Add(-time.Hour)
	var longest time.Duration
	before := processCPU(b)
	b.ResetTimer()
	for n := range b.N {
		batch := loads[1].batch(random, start, others*runRows/len(loads[1].claims))
		for i := range size - others {
			var id ledger.SpanID
			binary.BigEndian.PutUint64(id[:], random.Uint64())
			call := ingestedCall(random, trace, id, start.Add(time.Duration(n*size+i)*time.Microsecond))
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

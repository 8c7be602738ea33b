package ledgertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// RunSettling runs the suite of what settling asks of a store.
func RunSettling(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, store ledger.Store)
	}{
		{"the bill is the same in whatever order the spans of a trace come", settleInAnyOrder},
		{"writers at the same time settle as one writer does", settleConcurrently},
		{"a log record settles with the span of its request in another trace", settleAcrossTraces},
		{"another record of the log's trace does not bill the first again", settleAcrossTracesLater},
		{"a span delivered again is settled again", settleRedelivered},
		{"spans a day apart are separate calls", settleWithinHorizon},
		{"the bill is a function of the rows: every order, batch, crash and replay", settleAnyHistory},
		{"a large trace costs in proportion to its rows, and delays no other", settleLargeTrace},
		{"a large trace that grows slowly is not read for each batch", settleSlowLargeTrace},
		{"repair reads a large trace once", repairLargeTrace},
		{"what a process left unsettled is settled by the next one, however old it is", settleAfterCrash},
		{"calls of one constant id cost in proportion to their number", settleConstantIDs},
		{"verdicts that are wrong are found, and corrected when asked", repairVerdicts},
		{"a batch's result is billed once, however late and by whichever program it is downloaded", settleBatchResults},
		{"programs that download a batch at the same time are billed for it once", settleBatchConcurrently},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// write does what the exporter does with a batch.
func writeAndSettle(t *testing.T, store ledger.Store, batch ledger.Batch) {
	t.Helper()
	batches := inBatches(batch, 3) // as several exports that the queue has joined
	settle.PrepareFor(store, batches)
	if err := store.Write(context.Background(), batches...); err != nil {
		t.Fatal(err)
	}
	if err := settle.Settle(context.Background(), store, batches...); err != nil {
		t.Fatal(err)
	}
}

// contestedTrace is a run as three instrumentations see it: an agent's total,
// a framework, a vendor's SDK and the transport, and a gateway. The
// vendor answered three calls.
func contestedTrace(trace byte) (batch ledger.Batch, bill []string) {
	id := ledger.TraceID{0xc0, trace}
	add := func(span, parent byte, claim, response string, input int64) {
		if response != "" {
			response = fmt.Sprintf("%s-%d", response, trace)
		}
		c := settledCall(id, span, claim, response, input)
		c.ParentSpanID = spanOf(parent)
		batch.Calls = append(batch.Calls, c)
	}
	step := ledger.AgentSpan{
		TraceID: id, SpanID: spanOf(2), ParentSpanID: spanOf(1), Start: noon, Role: semconv.RoleStep, Name: "step",
		Received: noon.Add(time.Minute),
	}
	batch.Spans = []ledger.AgentSpan{step}
	add(1, 0, semconv.ClaimAggregate, "", 300)
	add(3, 2, semconv.ClaimFramework, "", 100)
	add(4, 3, semconv.ClaimClient, "resp-1", 100)
	add(5, 4, semconv.ClaimTransport, "resp-1", 100)
	add(6, 5, semconv.ClaimServer, "resp-1", 100)
	add(7, 2, semconv.ClaimFramework, "resp-2", 150)
	add(8, 2, semconv.ClaimClient, "resp-2", 150)
	add(9, 2, semconv.ClaimClient, "", 50)
	return batch, []string{spanOf(5).String(), spanOf(8).String(), spanOf(9).String()}
}

func spanOf(n byte) ledger.SpanID {
	if n == 0 {
		return ledger.SpanID{}
	}
	return ledger.SpanID{0x5e, n}
}

func settledCall(trace ledger.TraceID, span byte, claim, response string, input int64) ledger.Call {
	amount := udecimal.MustFromInt64(input, 6)
	return ledger.Call{
		TraceID: trace, SpanID: spanOf(span), Start: noon.Add(time.Duration(span) * time.Second), Duration: time.Second,
		Provider: "openai", Operation: "chat", RequestModel: "gpt-5", ResponseID: response,
		Usage: usage.Counts{usage.Input: input}, UsageSource: "reported",
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		Role: semconv.RoleLLM, Billable: claim != semconv.ClaimAggregate, Claim: claim,
		Received: noon.Add(time.Minute),
	}
}

// billedSpans are the billed spans of a trace.
func billedSpans(t *testing.T, store ledger.Store, id ledger.TraceID) []string {
	t.Helper()
	trace, err := store.Trace(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	var spans []string
	for i := range trace.Calls {
		if trace.Calls[i].Billable {
			spans = append(spans, trace.Calls[i].SpanID.String())
		}
	}
	slices.Sort(spans)
	return spans
}

func settleInAnyOrder(t *testing.T, store ledger.Store) {
	random := rand.New(rand.NewPCG(7, 8))
	for trace := range byte(12) {
		whole, want := contestedTrace(trace)
		pieces := onePiece(whole)
		random.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		for len(pieces) > 0 {
			n := min(len(pieces), 1+random.IntN(3))
			var batch ledger.Batch
			for _, p := range pieces[:n] {
				batch.Calls = append(batch.Calls, p.Calls...)
				batch.Spans = append(batch.Spans, p.Spans...)
			}
			pieces = pieces[n:]
			writeAndSettle(t, store, batch)
		}
		if got := billedSpans(t, store, ledger.TraceID{0xc0, trace}); !slices.Equal(got, want) {
			t.Fatalf("trace %d: billed %v, want %v", trace, got, want)
		}
	}
	groups, err := store.Aggregate(context.Background(), ledger.Query{From: noon.Add(-time.Hour), Until: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := groups[0].Totals.Input, int64(12*300); got != want {
		t.Errorf("input tokens: %d, want %d", got, want)
	}
	if got, want := groups[0].Totals.Calls, int64(12*3); got != want {
		t.Errorf("calls: %d, want %d", got, want)
	}
}

// onePiece divides a batch into batches of one row.
func onePiece(whole ledger.Batch) []ledger.Batch {
	var pieces []ledger.Batch
	for _, c := range whole.Calls {
		pieces = append(pieces, ledger.Batch{Calls: []ledger.Call{c}})
	}
	for _, s := range whole.Spans {
		pieces = append(pieces, ledger.Batch{Spans: []ledger.AgentSpan{s}})
	}
	return pieces
}

func settleConcurrently(t *testing.T, store ledger.Store) {
	for trace := range byte(5) {
		whole, want := contestedTrace(trace)
		var wg sync.WaitGroup
		errs := make(chan error, len(whole.Calls)+len(whole.Spans))
		for _, piece := range onePiece(whole) {
			wg.Go(func() {
				settle.Prepare(&piece)
				if err := store.Write(context.Background(), piece); err != nil {
					errs <- fmt.Errorf("write: %w", err)
					return
				}
				if err := settle.Settle(context.Background(), store, piece); err != nil {
					errs <- fmt.Errorf("settle: %w", err)
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Fatal(err)
		}
		if got := billedSpans(t, store, ledger.TraceID{0xc0, trace}); !slices.Equal(got, want) {
			t.Fatalf("trace %d: billed %v, want %v", trace, got, want)
		}
	}
}

func settleAcrossTraces(t *testing.T, store ledger.Store) {
	for i, order := range [][]int{{0, 1}, {1, 0}} {
		response := fmt.Sprintf("req'\\%d", i) // an id a careless query would trip over
		span := settledCall(ledger.TraceID{1, byte(i)}, 1, semconv.ClaimClient, response, 10)
		record := settledCall(ledger.TraceID{2, byte(i)}, 2, semconv.ClaimLog, response, 10)
		calls := []ledger.Call{span, record}
		for _, n := range order {
			writeAndSettle(t, store, ledger.Batch{Calls: calls[n : n+1]})
		}
		if got := billedSpans(t, store, span.TraceID); len(got) != 1 {
			t.Errorf("order %v: the span is not billed", order)
		}
		if got := billedSpans(t, store, record.TraceID); len(got) != 0 {
			t.Errorf("order %v: the record is billed too", order)
		}
	}
}

func settleAcrossTracesLater(t *testing.T, store ledger.Store) {
	span := settledCall(ledger.TraceID{1}, 1, semconv.ClaimClient, "req-1", 10)
	record := settledCall(ledger.TraceID{2}, 2, semconv.ClaimLog, "req-1", 10)
	other := settledCall(ledger.TraceID{2}, 3, semconv.ClaimLog, "req-2", 20)
	for _, c := range []ledger.Call{record, span, other} {
		writeAndSettle(t, store, ledger.Batch{Calls: []ledger.Call{c}})
	}
	if got, want := billedSpans(t, store, record.TraceID), []string{other.SpanID.String()}; !slices.Equal(got, want) {
		t.Errorf("billed %v of the log's trace, want %v", got, want)
	}
	if got := billedSpans(t, store, span.TraceID); len(got) != 1 {
		t.Error("the span is not billed")
	}
}

func settleRedelivered(t *testing.T, store ledger.Store) {
	whole, want := contestedTrace(0)
	writeAndSettle(t, store, whole)
	again, _ := contestedTrace(0)
	for i := range again.Calls {
		again.Calls[i].Received = time.Now().Add(time.Hour)
		writeAndSettle(t, store, ledger.Batch{Calls: again.Calls[i : i+1]})
	}
	if got := billedSpans(t, store, whole.Calls[0].TraceID); !slices.Equal(got, want) {
		t.Errorf("billed %v, want %v", got, want)
	}
}

func settleWithinHorizon(t *testing.T, store ledger.Store) {
	outer := settledCall(ledger.TraceID{3}, 1, semconv.ClaimAggregate, "", 10)
	inner := settledCall(ledger.TraceID{3}, 2, semconv.ClaimClient, "", 10)
	inner.ParentSpanID = outer.SpanID
	inner.Start = outer.Start.Add(settle.Horizon + time.Hour)
	writeAndSettle(t, store, ledger.Batch{Calls: []ledger.Call{outer}})
	writeAndSettle(t, store, ledger.Batch{Calls: []ledger.Call{inner}})
	if got := billedSpans(t, store, outer.TraceID); len(got) != 2 {
		t.Errorf("billed %v: spans beyond the horizon are settled separately", got)
	}
}

// batchDownload is a batch of three results that program n of several downloads,
// weeks after the one before.
func batchDownload(n byte) ledger.Batch {
	var batch ledger.Batch
	trace := ledger.TraceID{0xba, n}
	for result := range byte(3) {
		c := settledCall(trace, 10*n+result+1, semconv.ClaimBatch, fmt.Sprintf("msg_%d", result), 100)
		c.Start = c.Start.Add(time.Duration(n) * 25 * 24 * time.Hour)
		c.Received = c.Start.Add(time.Minute)
		batch.Calls = append(batch.Calls, c)
	}
	return batch
}

// checkBatchBilled checks that of the downloads the first is billed alone.
func checkBatchBilled(t *testing.T, store ledger.Store, downloads byte) {
	t.Helper()
	for n := range downloads {
		want := 0
		if n == 0 {
			want = 3
		}
		if got := billedSpans(t, store, ledger.TraceID{0xba, n}); len(got) != want {
			t.Errorf("download %d: billed %v, want %d", n, got, want)
		}
	}
	groups, err := store.Aggregate(context.Background(), ledger.Query{From: noon.Add(-time.Hour), Until: noon.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if got := groups[0].Totals; got.Calls != 3 || got.Input != 300 {
		t.Errorf("%d calls of %d tokens, want 3 of 300", got.Calls, got.Input)
	}
}

func settleBatchResults(t *testing.T, store ledger.Store) {
	for _, n := range []byte{1, 0, 3, 2} { // they need not come in the order in which they were made
		for _, piece := range onePiece(batchDownload(n)) {
			writeAndSettle(t, store, piece)
		}
	}
	checkBatchBilled(t, store, 4)
	writeAndSettle(t, store, batchDownload(2)) // delivered again
	checkBatchBilled(t, store, 4)
	other := settledCall(ledger.TraceID{0xba, 9}, 1, semconv.ClaimTransport, "msg_0", 100)
	writeAndSettle(t, store, ledger.Batch{Calls: []ledger.Call{other}})
	if got := billedSpans(t, store, other.TraceID); len(got) != 1 {
		t.Error("a round trip whose id is that of a result is not billed")
	}
}

func settleBatchConcurrently(t *testing.T, store ledger.Store) {
	const downloads = 4
	var wg sync.WaitGroup
	errs := make(chan error, downloads)
	for n := range byte(downloads) {
		wg.Go(func() {
			batch := batchDownload(n)
			settle.Prepare(&batch)
			if err := store.Write(context.Background(), batch); err != nil {
				errs <- fmt.Errorf("write: %w", err)
				return
			}
			if err := settle.Settle(context.Background(), store, batch); err != nil {
				errs <- fmt.Errorf("settle: %w", err)
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Fatal(err)
	}
	checkBatchBilled(t, store, downloads)
}

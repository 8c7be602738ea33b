package ledgertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// history is a small set of rows whose bill is known. A row is one delivery.
type history struct {
	name string
	rows func(variant int) []ledger.Batch
	bill int64 // sum of the tokens of the billed spans: each span has a power of two
}

// histories have the shapes that settlement distinguishes, each with as many rows as
// leave all orders of them, in all batches, with every crash, to be tried.
var histories = []history{
	{"an agent's total, a framework's span, a vendor's SDK and our round trip", func(v int) []ledger.Batch {
		return []ledger.Batch{
			claimed(v, 0, 1, 0, semconv.ClaimAggregate, ""),
			claimed(v, 0, 2, 1, semconv.ClaimFramework, ""),
			claimed(v, 0, 3, 2, semconv.ClaimTransport, "r"),
			claimed(v, 0, 4, 1, semconv.ClaimClient, "r"),
		}
	}, 1 << 3},
	{"a wrapper that claims nothing between two that do, and a log record elsewhere", func(v int) []ledger.Batch {
		return []ledger.Batch{
			claimed(v, 0, 1, 0, semconv.ClaimAggregate, ""),
			claimed(v, 0, 2, 1, "", ""),
			claimed(v, 0, 3, 2, semconv.ClaimClient, "r"),
			claimed(v, 1, 4, 0, semconv.ClaimLog, "r"),
		}
	}, 1 << 3},
	{"two round trips of one id, one in a step, and a server's side", func(v int) []ledger.Batch {
		return []ledger.Batch{
			claimed(v, 0, 1, 3, semconv.ClaimTransport, "r"),
			claimed(v, 0, 2, 1, semconv.ClaimTransport, "r"),
			{Spans: []ledger.AgentSpan{{TraceID: historyTrace(v, 0), SpanID: spanOf(3), Start: noon, Role: semconv.RoleStep, Name: "step", Received: noon}}},
			claimed(v, 0, 4, 2, semconv.ClaimServer, ""),
		}
	}, 1<<1 | 1<<2},
	{"a result downloaded three times, in one trace and in another", func(v int) []ledger.Batch {
		rows := []ledger.Batch{
			claimed(v, 0, 1, 0, semconv.ClaimBatch, "r"),
			claimed(v, 0, 2, 0, semconv.ClaimBatch, "r"),
			claimed(v, 1, 3, 0, semconv.ClaimBatch, "r"),
			claimed(v, 1, 4, 0, semconv.ClaimAggregate, ""),
		}
		for i := range 3 {
			rows[i].Calls[0].Usage[usage.Input] = 1 << 9 // one result, and so one count
			rows[i].Calls[0].Start = noon.Add(time.Duration(i) * 20 * 24 * time.Hour)
		}
		return rows
	}, 1<<9 | 1<<4},
	{"a run of days, each step within one of the next", func(v int) []ledger.Batch {
		rows := []ledger.Batch{
			claimed(v, 0, 1, 0, semconv.ClaimAggregate, ""),
			{Spans: []ledger.AgentSpan{{TraceID: historyTrace(v, 0), SpanID: spanOf(2), ParentSpanID: spanOf(1), Start: noon.Add(20 * time.Hour), Role: semconv.RoleStep, Name: "step", Received: noon}}},
			claimed(v, 0, 3, 2, semconv.ClaimClient, ""),
			claimed(v, 0, 4, 2, semconv.ClaimFramework, ""),
		}
		rows[2].Calls[0].Start = noon.Add(40 * time.Hour)
		rows[3].Calls[0].Start = noon.Add(39 * time.Hour)
		return rows
	}, 1<<3 | 1<<4},
}

func historyTrace(variant int, trace byte) ledger.TraceID {
	return ledger.TraceID{0xd0, trace, byte(variant >> 16), byte(variant >> 8), byte(variant)}
}

// claimed is a batch of one call, whose tokens say which span it is.
func claimed(variant int, trace, span, parent byte, claim, response string) ledger.Batch {
	if response != "" {
		response = fmt.Sprintf("%s-%d", response, variant)
	}
	c := settledCall(historyTrace(variant, trace), span, claim, response, 1<<span)
	c.ParentSpanID = spanOf(parent)
	c.Workflow = fmt.Sprint(variant)
	if claim == "" {
		c.Billable = false
	}
	return ledger.Batch{Calls: []ledger.Call{c}}
}

// delivery is a batch that is written, and settled unless the collector is
// killed before.
type delivery struct {
	batch   ledger.Batch
	crashes bool
}

// replay is how rows come again after a crash.
type replay int

const (
	replayAtOnce   replay = iota // by the queue, as they were
	replayAtTheEnd               // by the queue, after all others
	replayWithNext               // by the queue, in one batch with the rows after them
	replayByClient               // by an SDK that had no answer: received again
	replayInOne                  // by an SDK that repeats itself within an export
	replays
)

// variants are the ways in which the rows of a history can arrive: in every
// order, in different batches, with a crash of the collector after any write,
// before or after it has settled, and with each kind of replay.
func variants(n int, each func(order []int, sizes []int, crash int, settled bool, again replay)) {
	sizes := [][]int{{1, 1, 1, 1}, {2, 2}, {1, 3}, {4}}
	permutations(n, func(order []int) {
		for _, s := range sizes {
			each(order, s, -1, true, replayAtOnce)
			for crash := range s {
				for again := range replays {
					each(order, s, crash, false, again)
					each(order, s, crash, true, again)
				}
			}
		}
	})
}

func permutations(n int, each func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var place func(k int)
	place = func(k int) {
		if k == n {
			each(slices.Clone(order))
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			place(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	place(0)
}

// deliveries lays out one variant.
func deliveries(rows []ledger.Batch, order, sizes []int, crash int, settled bool, again replay) []delivery {
	var list []delivery
	var late, carried *ledger.Batch
	next := 0
	for i, size := range sizes {
		var batch ledger.Batch
		for range size {
			join(&batch, rows[order[next]])
			next++
		}
		for c := range batch.Calls { // each export is received at a moment of its own
			batch.Calls[c].Received = batch.Calls[c].Received.Add(time.Duration(i) * time.Second)
		}
		if carried != nil {
			join(&batch, *carried)
			carried = nil
		}
		if i == crash && again == replayInOne {
			join(&batch, clone(batch))
		}
		list = append(list, delivery{clone(batch), i == crash && !settled})
		if i != crash {
			continue
		}
		switch repeated := clone(batch); again {
		case replayAtOnce:
			list = append(list, delivery{repeated, false})
		case replayInOne, replayAtTheEnd:
			late = &repeated
		case replayWithNext:
			carried = &repeated
		case replayByClient:
			for c := range repeated.Calls {
				repeated.Calls[c].Received = repeated.Calls[c].Received.Add(time.Minute)
			}
			list = append(list, delivery{repeated, false})
		}
	}
	for _, rest := range []*ledger.Batch{late, carried} {
		if rest != nil {
			list = append(list, delivery{*rest, false})
		}
	}
	return list
}

func join(batch *ledger.Batch, more ledger.Batch) {
	batch.Calls = append(batch.Calls, more.Calls...)
	batch.Spans = append(batch.Spans, more.Spans...)
}

func clone(batch ledger.Batch) ledger.Batch {
	return ledger.Batch{Calls: slices.Clone(batch.Calls), Spans: slices.Clone(batch.Spans)}
}

// settleAnyHistory delivers a third of the variants of each history, in every
// order of its rows, and compares the bill
// that reports show with the one of the set of rows. The variants of a history
// have traces of their own, and go through their steps together.
func settleAnyHistory(t *testing.T, store ledger.Store) {
	variant := 0
	want := make(map[string]int64)
	names := make(map[string]string)
	for _, h := range histories {
		var steps [][]delivery
		variants(4, func(order, sizes []int, crash int, settled bool, again replay) {
			variant++
			// Neither step divides the number of variants of an order.
			if variant%3 != 0 || testing.Short() && variant%7 != 0 {
				return
			}
			want[fmt.Sprint(variant)] = h.bill
			names[fmt.Sprint(variant)] = fmt.Sprintf("%s: order %v in batches of %v, crash %d (settled %v), replay %d", h.name, order, sizes, crash, settled, again)
			for i, d := range deliveries(h.rows(variant), order, sizes, crash, settled, again) {
				if i == len(steps) {
					steps = append(steps, nil)
				}
				steps[i] = append(steps[i], d)
			}
		})
		for _, step := range steps {
			var settled, crashed ledger.Batch
			for _, d := range step {
				if d.crashes {
					join(&crashed, d.batch)
				} else {
					join(&settled, d.batch)
				}
			}
			settle.Prepare(&crashed)
			if err := store.Write(context.Background(), crashed); err != nil {
				t.Fatal(err)
			}
			writeAndSettle(t, store, settled)
		}
	}
	checkBills(t, store, want, names)
}

func checkBills(t *testing.T, store ledger.Store, want map[string]int64, names map[string]string) {
	t.Helper()
	groups, err := store.Aggregate(context.Background(), ledger.Query{
		From: noon.Add(-time.Hour), Until: noon.AddDate(1, 0, 0), By: []ledger.Dimension{ledger.ByWorkflow},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int64, len(groups))
	for i := range groups {
		got[groups[i].Key[0]] = groups[i].Totals.Input
	}
	wrong := 0
	for variant, tokens := range want {
		if got[variant] == tokens {
			continue
		}
		if wrong++; wrong <= 5 {
			t.Errorf("%s: billed spans %b, want %b", names[variant], got[variant], tokens)
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d variants are billed wrongly", wrong, len(want))
	}
}

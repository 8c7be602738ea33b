package settle_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// callsOf makes calls of random nodes, as one export brings them.
func callsOf(list []settle.Node, received time.Time) []ledger.Call {
	calls := make([]ledger.Call, len(list))
	for i, n := range list {
		calls[i] = ledger.Call{
			TraceID: n.Trace, SpanID: n.Span, ParentSpanID: n.Parent, Start: n.Start, Claim: n.Claim, ResponseID: n.ResponseID,
			Usage: usage.Counts{usage.Input: n.Input, usage.Output: n.Output}, Error: n.Failed, Billable: n.Claim != "", Received: received,
		}
	}
	return calls
}

// TestPrepare_RowsOfOneVersionAgree prepares the rows of random traces in many
// batches, as replays after crashes put them together: whatever two of them say
// of a row in one version has to be the same, or the bill would depend on which
// of the two a store keeps.
func TestPrepare_RowsOfOneVersionAgree(t *testing.T) {
	type stored struct {
		span     ledger.SpanID
		received time.Time
	}
	r := rand.New(rand.NewPCG(8, 9))
	for range 400 {
		all := callsOf(random(r, 1+r.IntN(8)), time.Unix(1_700_000_000, int64(r.IntN(9))*1000))
		verdicts := make(map[stored]bool)
		for range 12 {
			batch := ledger.Batch{Calls: slices.Clone(all)}
			r.Shuffle(len(batch.Calls), func(i, j int) { batch.Calls[i], batch.Calls[j] = batch.Calls[j], batch.Calls[i] })
			batch.Calls = batch.Calls[:1+r.IntN(len(batch.Calls))]
			settle.Prepare(&batch)
			for _, c := range batch.Calls {
				key := stored{c.SpanID, c.Received}
				before, seen := verdicts[key]
				if seen && before != c.Billable {
					t.Fatalf("span %s of version %s is billed in one batch and not in another", c.SpanID, c.Received)
				}
				verdicts[key] = c.Billable
			}
		}
	}
}

func TestPrepare_KeepsOneRowOfEachKey(t *testing.T) {
	c := callsOf(nodes([]span{{name: "a", claim: "client", in: 5}}), time.Unix(1_700_000_000, 0))[0]
	other := c
	other.Usage[usage.Input] = 6
	for _, calls := range [][]ledger.Call{{c, other}, {other, c}, {c, c, other, other}} {
		batch := ledger.Batch{Calls: slices.Clone(calls)}
		settle.Prepare(&batch)
		if assert.Len(t, batch.Calls, 1) {
			assert.True(t, batch.Calls[0].Billable)
			assert.EqualValues(t, 6, batch.Calls[0].Usage[usage.Input], "the same row is kept in any order")
		}
	}
	later := c
	later.Received = c.Received.Add(time.Second)
	batch := ledger.Batch{Calls: []ledger.Call{later, other}}
	settle.Prepare(&batch)
	assert.Equal(t, []ledger.Call{later}, batch.Calls)
}

func TestPrepare_BillsARoundTripWhateverElseIsInTheBatch(t *testing.T) {
	spans := []span{{name: "outer", claim: "transport", in: 5}, {name: "inner", below: "outer", claim: "transport", in: 5}, {name: "agent", claim: "aggregate", in: 5, trace: 7}}
	for n := 1; n <= len(spans); n++ {
		batch := ledger.Batch{Calls: callsOf(nodes(spans[:n]), time.Unix(1_700_000_000, 0))}
		settle.Prepare(&batch)
		for _, c := range batch.Calls {
			assert.True(t, c.Billable, "%d spans", n)
		}
	}
}

// TestPrepareFor_BatchesTogetherAreAsOne divides the rows of random traces into several
// batches. Some rows appear twice.
func TestPrepareFor_BatchesTogetherAreAsOne(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	for range 400 {
		all := callsOf(random(r, 1+r.IntN(8)), time.Unix(1_700_000_000, 0))
		for range r.IntN(4) {
			again := all[r.IntN(len(all))]
			again.Received = again.Received.Add(time.Duration(r.IntN(3)-1) * time.Second)
			again.Usage[usage.Input] += r.Int64N(2)
			all = append(all, again)
		}
		var batches []ledger.Batch
		for left := all; len(left) > 0; {
			n := 1 + r.IntN(len(left))
			batches = append(batches, ledger.Batch{Calls: slices.Clone(left[:n])})
			left = left[n:]
		}
		whole := ledger.Batch{Calls: slices.Clone(all)}
		settle.Prepare(&whole)
		settle.PrepareFor(nil, batches)
		var divided []ledger.Call
		for c := range ledger.CallsOf(batches) {
			divided = append(divided, *c)
		}
		if !assert.Equal(t, whole.Calls, divided) {
			return
		}
	}
}

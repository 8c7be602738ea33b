package settle

import (
	"encoding/json"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Recaller is a store that has rows of some traces in memory.
type Recaller interface {
	// Recall returns the rows of traces that are in memory.
	Recall(traces []ledger.TraceID) []Node
}

// PrepareFor is Prepare for a batch that goes into a store: rows that the store
// has in memory count as well, so that the spans around calls that were written
// before get their verdict before they are written, and are not written twice.
func PrepareFor(store ledger.Store, batch *ledger.Batch) {
	recaller, ok := store.(Recaller)
	if !ok || !AnyCanLose(batch.Calls) {
		Prepare(batch)
		return
	}
	seen := make(map[ledger.TraceID]bool)
	var traces []ledger.TraceID
	for i := range batch.Calls {
		if id := batch.Calls[i].TraceID; !seen[id] && CanLose(batch.Calls[i].Claim) {
			seen[id] = true
			traces = append(traces, id)
		}
	}
	prepare(batch, recaller.Recall(traces))
}

// Prepare settles a batch on its own, so that most calls are stored with the
// verdict that will stand. It keeps one row of each key: what a sender repeats
// within a batch is no second claim.
func Prepare(batch *ledger.Batch) { prepare(batch, nil) }

func prepare(batch *ledger.Batch, stored []Node) {
	batch.Calls = one(batch.Calls, func(c *ledger.Call) (row, version) {
		return rowOf(c), version{c.Revision, c.Received.UnixMicro()}
	})
	batch.Spans = one(batch.Spans, func(s *ledger.AgentSpan) (row, version) {
		return row{id{s.TraceID, s.SpanID}, dayOf(s.Start)}, version{0, s.Received.UnixMicro()}
	})
	contested := false
	for i := range batch.Calls {
		c := &batch.Calls[i]
		contested = contested || CanLose(c.Claim)
		// A round trip that nothing contests is never read again: it has its bill
		// whatever else is in the batch.
		c.Billable = c.Billable || c.Claim != "" && !CanLose(c.Claim)
	}
	if contested {
		nodes := withStored(Nodes(batch), stored)
		for i, verdict := range Bill(nodes)[:len(batch.Calls)] {
			if c := &batch.Calls[i]; c.Claim != "" {
				c.Billable = verdict
			}
		}
	}
	for i := range batch.Calls {
		stamp(&batch.Calls[i])
	}
}

// withStored adds the stored rows of other keys.
func withStored(nodes, stored []Node) []Node {
	if len(stored) == 0 {
		return nodes
	}
	again := make(map[row]bool, len(nodes))
	for i := range nodes {
		again[nodeRow(&nodes[i])] = true
	}
	for i := range stored {
		if !again[nodeRow(&stored[i])] {
			nodes = append(nodes, stored[i])
		}
	}
	return nodes
}

// row holds what makes two rows the same row in every store.
type row struct {
	id
	day int64 // days since 1970, of the start
}

func rowOf(c *ledger.Call) row { return row{id{c.TraceID, c.SpanID}, dayOf(c.Start)} }

func nodeRow(n *Node) row { return row{idOf(n), dayOf(n.Start)} }

func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// version orders the rows of one key, as the stores do.
type version struct {
	revision int
	received int64 // microseconds since 1970
}

func (v version) compare(w version) int {
	if v.revision != w.revision {
		return v.revision - w.revision
	}
	return int(v.received - w.received)
}

// one keeps the latest row of each key. Of different rows with one version it
// keeps the same one in any order they come.
func one[T any](rows []T, identify func(*T) (row, version)) []T {
	at := make(map[row]int, len(rows))
	repeated := false
	for i := range rows {
		key, v := identify(&rows[i])
		j, again := at[key]
		if !again {
			at[key] = i
			continue
		}
		repeated = true
		_, w := identify(&rows[j])
		if order := v.compare(w); order > 0 || order == 0 && content(&rows[i]) > content(&rows[j]) {
			at[key] = i
		}
	}
	if !repeated {
		return rows
	}
	kept := make([]T, 0, len(at))
	for i := range rows {
		if key, _ := identify(&rows[i]); at[key] == i {
			kept = append(kept, rows[i])
		}
	}
	return kept
}

// content orders rows that are equal in everything else.
func content[T any](r *T) string {
	data, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	return string(data)
}

// tick is twice the resolution of a version: the half that is left says the
// verdict.
const tick = 2 * time.Microsecond

// stamp writes the verdict of a claimant into its version, so that two rows of
// one key and one version never disagree about the bill: a store keeps either.
// The time of receipt is an even number of microseconds where the call is
// billed and an odd one where it is not.
func stamp(c *ledger.Call) {
	if c.Claim == "" {
		return
	}
	c.Received = c.Received.Truncate(tick)
	if !c.Billable {
		c.Received = c.Received.Add(tick / 2)
	}
}

// later gives a call a verdict in a version that replaces what is stored.
func later(c *ledger.Call, billable bool, now time.Time) {
	c.Billable = billable
	if c.Received.Before(now) {
		c.Received = now
	}
	c.Received = c.Received.Truncate(tick).Add(tick)
	stamp(c)
}

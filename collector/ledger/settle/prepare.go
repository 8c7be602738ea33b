package settle

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Recaller is a store that has rows of some traces in memory.
type Recaller interface {
	// Recall returns the rows of traces that are in memory.
	Recall(traces []ledger.TraceID) []Node
}

// PrepareFor is Prepare for batches that go into a store together: rows that the
// store has in memory count as well, so that the spans around calls that were written
// before get their verdict before they are written, and are not written twice.
func PrepareFor(store ledger.Store, batches []ledger.Batch) {
	recaller, ok := store.(Recaller)
	if !ok || !AnyCanLose(batches) {
		prepare(batches, nil)
		return
	}
	seen := make(map[ledger.TraceID]bool)
	var traces []ledger.TraceID
	for c := range ledger.CallsOf(batches) {
		if id := c.TraceID; !seen[id] && CanLose(c.Claim) {
			seen[id] = true
			traces = append(traces, id)
		}
	}
	prepare(batches, recaller.Recall(traces))
}

// Prepare settles a batch on its own, so that most calls are stored with the
// verdict that will stand. It keeps one row of each key: what a sender repeats
// within a batch is no second claim.
func Prepare(batch *ledger.Batch) {
	batches := []ledger.Batch{*batch}
	prepare(batches, nil)
	*batch = batches[0]
}

func prepare(batches []ledger.Batch, stored []Node) {
	keepLatest(batches)
	contested := false
	for c := range ledger.CallsOf(batches) {
		contested = contested || CanLose(c.Claim)
		// A round trip that nothing contests is never read again: it has its bill
		// whatever else is in the batch.
		c.Billable = c.Billable || c.Claim != "" && !CanLose(c.Claim)
	}
	if contested {
		verdicts := Bill(withStored(Nodes(batches), stored))
		for c := range ledger.CallsOf(batches) { // the first nodes, in this order
			if c.Claim != "" {
				c.Billable = verdicts[0]
			}
			verdicts = verdicts[1:]
		}
	}
	for c := range ledger.CallsOf(batches) {
		stamp(c)
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

// keepLatest keeps the latest row of each key.
func keepLatest(batches []ledger.Batch) {
	calls, spans := ledger.CountRows(batches)
	if latest, repeated := latestOf(ledger.CallsOf(batches), calls, callVersion); repeated {
		for i := range batches {
			batches[i].Calls = only(batches[i].Calls, latest, callVersion)
		}
	}
	if latest, repeated := latestOf(ledger.SpansOf(batches), spans, spanVersion); repeated {
		for i := range batches {
			batches[i].Spans = only(batches[i].Spans, latest, spanVersion)
		}
	}
}

func callVersion(c *ledger.Call) (row, version) {
	return rowOf(c), version{c.Revision, c.Received.UnixMicro()}
}

func spanVersion(s *ledger.AgentSpan) (row, version) {
	return row{id{s.TraceID, s.SpanID}, dayOf(s.Start)}, version{0, s.Received.UnixMicro()}
}

// latestOf finds the latest row of each key, and whether a key has several. Of
// different rows with one version it finds the same one in any order they come.
func latestOf[T any](rows iter.Seq[*T], number int, identify func(*T) (row, version)) (latest map[row]*T, repeated bool) {
	latest = make(map[row]*T, number)
	for r := range rows {
		key, v := identify(r)
		other, again := latest[key]
		if !again {
			latest[key] = r
			continue
		}
		repeated = true
		_, w := identify(other)
		if order := v.compare(w); order > 0 || order == 0 && content(r) > content(other) {
			latest[key] = r
		}
	}
	return latest, repeated
}

// only copies the rows that are the latest of their key.
func only[T any](rows []T, latest map[row]*T, identify func(*T) (row, version)) []T {
	kept := make([]T, 0, len(rows))
	for i := range rows {
		if key, _ := identify(&rows[i]); latest[key] == &rows[i] {
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

package settle

import (
	"context"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Horizon is how far apart two spans may start and still be settled with each
// other. It bounds what a store searches for each batch.
const Horizon = 24 * time.Hour

// Store is what settling needs of a store.
type Store interface {
	ledger.Writer
	// Contested returns the traces that must be settled after a write.
	Contested(ctx context.Context, q Question) ([]ledger.TraceID, error)
	// Rows returns every call and span of traces that starts in [from, until).
	Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) (ledger.Batch, error)
}

// Question selects calls that start in [From, Until) and contest a bill: the
// traces of all of them are meant.
type Question struct {
	From, Until time.Time
	// Traces in which a call other than a round trip of our own claims a bill.
	Traces []ledger.TraceID
	// Reported are response ids that a log record or a server's side may
	// carry, in whatever trace.
	Reported []string
	// Carried are response ids that any call may carry, in whatever trace.
	Carried []string
}

// Elsewhere are the claims that may describe a call of another trace.
var Elsewhere = []string{semconv.ClaimLog, semconv.ClaimServer}

// Prepare settles a batch on its own, so that most calls are stored with the
// verdict that will stand.
func Prepare(batch *ledger.Batch) {
	changed(batch, nil)
}

// Settle decides the bill of every trace the batch, which has been written,
// touches, and writes the calls whose verdict differs from what is stored. It
// is safe to repeat, and for several writers at once: whoever writes last reads
// the rows of all.
func Settle(ctx context.Context, store Store, batch ledger.Batch) error {
	question, ok := ask(&batch)
	if !ok {
		return nil
	}
	traces, err := store.Contested(ctx, question)
	if err != nil {
		return fmt.Errorf("contested traces: %w", err)
	}
	if len(traces) == 0 {
		return nil
	}
	rows, err := store.Rows(ctx, traces, question.From, question.Until)
	if err != nil {
		return fmt.Errorf("rows of contested traces: %w", err)
	}
	now := time.Now().Truncate(time.Microsecond)
	calls := changed(&rows, func(c *ledger.Call) {
		if c.Received.Before(now) {
			c.Received = now
		}
		c.Received = c.Received.Add(time.Microsecond) // this version holds
	})
	if len(calls) == 0 {
		return nil
	}
	if err := store.Write(ctx, ledger.Batch{Calls: calls}); err != nil {
		return fmt.Errorf("settled calls: %w", err)
	}
	return nil
}

// changed bills the rows and returns the calls whose verdict is new.
func changed(rows *ledger.Batch, touch func(*ledger.Call)) []ledger.Call {
	contest := false
	for i := range rows.Calls {
		contest = contest || Contestable(rows.Calls[i].Claim)
	}
	if !contest {
		return nil
	}
	nodes := make([]Node, 0, len(rows.Calls)+len(rows.Spans))
	for i := range rows.Calls {
		nodes = append(nodes, Call(&rows.Calls[i]))
	}
	for i := range rows.Spans {
		nodes = append(nodes, Between(&rows.Spans[i]))
	}
	var calls []ledger.Call
	verdict := Bill(nodes)
	for i := range rows.Calls {
		c := &rows.Calls[i]
		if c.Claim == "" || c.Billable == verdict[i] {
			continue
		}
		c.Billable = verdict[i]
		if touch != nil {
			touch(c)
			calls = append(calls, *c)
		}
	}
	return calls
}

// ask says which traces the batch may have changed the bill of.
func ask(batch *ledger.Batch) (q Question, ok bool) {
	traces := make(map[ledger.TraceID]bool)
	reported, carried := make(map[string]bool), make(map[string]bool)
	see := func(trace ledger.TraceID, start time.Time) {
		if !traces[trace] {
			traces[trace] = true
			q.Traces = append(q.Traces, trace)
		}
		if q.From.IsZero() || start.Before(q.From) {
			q.From = start
		}
		if start.After(q.Until) {
			q.Until = start
		}
	}
	for i := range batch.Calls {
		c := &batch.Calls[i]
		if c.Claim == "" {
			continue
		}
		see(c.TraceID, c.Start)
		if id := c.ResponseID; id != "" && !reported[id] {
			reported[id] = true
			q.Reported = append(q.Reported, id)
		}
		if id := c.ResponseID; id != "" && !carried[id] && (c.Claim == semconv.ClaimLog || c.Claim == semconv.ClaimServer) {
			carried[id] = true
			q.Carried = append(q.Carried, id)
		}
	}
	for i := range batch.Spans {
		// A span that claims nothing may be the missing link between two that do.
		see(batch.Spans[i].TraceID, batch.Spans[i].Start)
	}
	q.From, q.Until = q.From.Add(-Horizon), q.Until.Add(Horizon)
	if q.From.Before(ledger.EarliestStart) {
		q.From = ledger.EarliestStart
	}
	if q.Until.After(ledger.LatestStart) {
		q.Until = ledger.LatestStart
	}
	return q, len(q.Traces) > 0
}

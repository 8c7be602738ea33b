package settle

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Horizon is how far apart two spans may start and still be settled with each
// other. It bounds what a store searches for each batch.
const Horizon = 24 * time.Hour

// BatchHorizon is how far apart two downloads of a batch's results may be. OpenAI
// and Anthropic keep results for a month, unless asked to keep them for longer.
const BatchHorizon = 366 * 24 * time.Hour

// Store is what settling needs of a store.
type Store interface {
	ledger.Writer
	// Contested returns the traces that must be settled after a write.
	Contested(ctx context.Context, q Question) ([]ledger.TraceID, error)
	// Rows returns every call and span of traces that starts in [from, until).
	// They may lack what Call and Between do not read.
	Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) (ledger.Batch, error)
	// Whole returns calls that Rows has returned, as they are stored now.
	Whole(ctx context.Context, calls []ledger.Call) ([]ledger.Call, error)
}

// Question selects calls that start in [From, Until) and contest a bill: the
// traces of all of them are meant.
type Question struct {
	From, Until time.Time
	// Traces in which a call other than a round trip of our own claims a bill.
	Traces []ledger.TraceID
	// Reported are response ids that a log record, a server's side or the
	// result of a batch may carry, in whatever trace.
	Reported []string
	// Carried are response ids that any call may carry, in whatever trace.
	Carried []string
}

// Elsewhere are the claims that may describe a call of another trace.
var Elsewhere = []string{semconv.ClaimLog, semconv.ClaimServer}

// Prepare settles a batch on its own, so that most calls are stored with the
// verdict that will stand.
func Prepare(batch *ledger.Batch) {
	changed(batch)
}

// Settle decides the bill of every trace the batch, which has been written,
// touches, and writes the calls whose verdict differs from what is stored. It
// is safe to repeat, and for several writers at once: whoever writes last reads
// the rows of all.
func Settle(ctx context.Context, store Store, batch ledger.Batch) error {
	rows, err := around(ctx, store, &batch)
	if err != nil || len(rows.Calls) == 0 {
		return err
	}
	verdicts := make(map[id]bool)
	decided := changed(&rows)
	for i := range decided {
		verdicts[id{decided[i].TraceID, decided[i].SpanID}] = decided[i].Billable
	}
	if len(verdicts) == 0 {
		return nil
	}
	calls, err := store.Whole(ctx, decided)
	if err != nil {
		return fmt.Errorf("settled calls: %w", err)
	}
	now := time.Now().Truncate(time.Microsecond)
	for i := range calls {
		c := &calls[i]
		c.Billable = verdicts[id{c.TraceID, c.SpanID}]
		if c.Received.Before(now) {
			c.Received = now
		}
		c.Received = c.Received.Add(time.Microsecond) // this version holds
	}
	if err := store.Write(ctx, ledger.Batch{Calls: calls}); err != nil {
		return fmt.Errorf("settled calls: %w", err)
	}
	return nil
}

// changed bills the rows and returns the calls whose verdict is new.
func changed(rows *ledger.Batch) []ledger.Call {
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
		calls = append(calls, *c)
	}
	return calls
}

// around reads everything that is settled together with the batch: the
// contested traces it touches, and the traces that response ids join to those,
// however many steps away.
func around(ctx context.Context, store Store, batch *ledger.Batch) (rows ledger.Batch, err error) {
	search := &search{traces: make(map[ledger.TraceID]bool), reported: make(map[string]bool), carried: make(map[string]bool)}
	question := search.ask(batch)
	for len(question.Traces)+len(question.Reported)+len(question.Carried) > 0 {
		contested, err := search.contested(ctx, store, question)
		if err != nil {
			return rows, fmt.Errorf("contested traces: %w", err)
		}
		contested = search.unread(contested)
		if len(contested) == 0 {
			break
		}
		from, until := search.period()
		more, err := store.Rows(ctx, contested, from, until)
		if err != nil {
			return rows, fmt.Errorf("rows of contested traces: %w", err)
		}
		rows.Calls = append(rows.Calls, more.Calls...)
		rows.Spans = append(rows.Spans, more.Spans...)
		question = search.ask(&more)
		question.Traces = nil // they have been read
	}
	return rows, nil
}

// search remembers what has been asked for.
type search struct {
	traces            map[ledger.TraceID]bool // true once read
	reported, carried map[string]bool
	from, until       time.Time
	batch             bool // any of the calls is the result of a batch
}

// contested asks for the traces, and for those in which the results of a batch
// were downloaded before or since.
func (s *search) contested(ctx context.Context, store Store, q Question) ([]ledger.TraceID, error) {
	found, err := store.Contested(ctx, q)
	if err != nil || !s.batch || len(q.Reported) == 0 {
		return found, err
	}
	q.Traces, q.Carried = nil, nil
	q.From, q.Until = s.period()
	more, err := store.Contested(ctx, q)
	return append(found, more...), err
}

// period is that in which spans may share a bill with those seen.
func (s *search) period() (from, until time.Time) {
	horizon := Horizon
	if s.batch {
		horizon = BatchHorizon
	}
	return s.around(horizon)
}

func (s *search) around(horizon time.Duration) (from, until time.Time) {
	from, until = s.from.Add(-horizon), s.until.Add(horizon)
	if from.Before(ledger.EarliestStart) {
		from = ledger.EarliestStart
	}
	if until.After(ledger.LatestStart) {
		until = ledger.LatestStart
	}
	return from, until
}

// unread leaves the traces not read before, and counts them as read.
func (s *search) unread(traces []ledger.TraceID) []ledger.TraceID {
	fresh := traces[:0]
	for _, id := range traces {
		if !s.traces[id] {
			s.traces[id] = true
			fresh = append(fresh, id)
		}
	}
	return fresh
}

// ask says which traces the rows may share a bill with.
func (s *search) ask(rows *ledger.Batch) (q Question) {
	asked := make(map[ledger.TraceID]bool)
	see := func(trace ledger.TraceID, start time.Time) {
		if !asked[trace] {
			asked[trace] = true
			q.Traces = append(q.Traces, trace)
		}
		if s.from.IsZero() || start.Before(s.from) {
			s.from = start
		}
		if start.After(s.until) {
			s.until = start
		}
	}
	for i := range rows.Calls {
		c := &rows.Calls[i]
		if c.Claim == "" {
			continue
		}
		see(c.TraceID, c.Start)
		s.batch = s.batch || c.Claim == semconv.ClaimBatch
		if c.ResponseID == "" {
			continue
		}
		if !s.reported[c.ResponseID] {
			s.reported[c.ResponseID] = true
			q.Reported = append(q.Reported, c.ResponseID)
		}
		if !s.carried[c.ResponseID] && slices.Contains(Elsewhere, c.Claim) {
			s.carried[c.ResponseID] = true
			q.Carried = append(q.Carried, c.ResponseID)
		}
	}
	for i := range rows.Spans {
		// A span that claims nothing may be the missing link between two that do.
		see(rows.Spans[i].TraceID, rows.Spans[i].Start)
	}
	q.From, q.Until = s.around(Horizon)
	return q
}

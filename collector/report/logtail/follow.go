package logtail

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// pollInterval is short enough to feel immediate, and longer than a question
	// takes.
	pollInterval = time.Second
	// overlap is how far back every poll looks again: further than a write can
	// take, which carries the instant of receipt from before it, plus what the
	// clocks of collectors may be apart from ours.
	overlap = 2 * time.Minute
	// pageSize bounds one answer.
	pageSize = 1000
)

// List gives the newest records that q selects, the oldest first.
func List(ctx context.Context, reader ledger.Reader, q ledger.LogQuery) ([]ledger.Log, error) {
	logs, err := reader.Logs(ctx, q)
	slices.Reverse(logs)
	return logs, err
}

// Follower is told what arrives.
type Follower struct {
	// Show takes records in the order of their time, after those of List. One that
	// is received later than its successors comes after them.
	Show func([]ledger.Log) error
	// Trouble gets the error of the first of several failed polls; the next continues
	// where the last good one ended.
	Trouble func(error)
}

// Follow lists what q selects and then shows every further record once, until
// ctx ends, which is no error.
func (f *Follower) Follow(ctx context.Context, reader ledger.Reader, q ledger.LogQuery) error {
	t := tail{reader: reader, q: q, seen: make(map[identity]time.Time), polled: time.Now()}
	// What is there already is noted before it is listed: a record that arrives
	// in between is then either listed or new, and a listing that leaves out
	// older records does not bring them back as new.
	if _, err := t.poll(ctx); err != nil {
		return unlessEnded(ctx, err)
	}
	listed, err := List(ctx, reader, q)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	t.note(listed)
	if err := f.Show(listed); err != nil {
		return err
	}
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		fresh, err := t.poll(ctx)
		if len(fresh) > 0 {
			if err := f.Show(fresh); err != nil {
				return err
			}
		}
		if err != nil && ctx.Err() == nil && !failing {
			f.Trouble(err)
		}
		failing = err != nil
	}
}

func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// identity holds what makes two records the same record.
type identity struct {
	trace ledger.TraceID
	span  ledger.SpanID
	id    ledger.LogID
	hour  int64
}

// tail knows what was shown.
type tail struct {
	reader ledger.Reader
	q      ledger.LogQuery
	seen   map[identity]time.Time // to the instant of receipt
	polled time.Time              // when the last good poll began
}

// poll gives what was received since the last good poll, in order of time: records
// of one batch are received at once, and pages have them in the order of their ids.
// With an error, it gives what came before it.
func (t *tail) poll(ctx context.Context) ([]ledger.Log, error) {
	fresh, err := t.received(ctx)
	rowsort.StableFunc(fresh, func(a, b ledger.Log) int { return a.Time.Compare(b.Time) })
	return fresh, err
}

// received gives what was received since the last good poll, in order of receipt.
func (t *tail) received(ctx context.Context) ([]ledger.Log, error) {
	begin := time.Now()
	from := t.polled.Add(-overlap)
	q := t.q
	q.Limit = pageSize
	q.After = &ledger.LogCursor{Received: from.UTC().Truncate(time.Microsecond)}
	var fresh []ledger.Log
	for {
		page, err := t.reader.Logs(ctx, q)
		if err != nil {
			return fresh, err
		}
		fresh = append(fresh, t.note(page)...)
		if len(page) < pageSize {
			break
		}
		last := &page[len(page)-1]
		q.After = &ledger.LogCursor{Received: last.Received, ID: last.ID}
	}
	t.polled = begin
	for id, received := range t.seen {
		if received.Before(from) {
			delete(t.seen, id)
		}
	}
	return fresh, nil
}

// note gives those of logs that have not been seen.
func (t *tail) note(logs []ledger.Log) []ledger.Log {
	fresh := logs[:0:0]
	for _, l := range logs {
		id := identity{l.TraceID, l.SpanID, l.ID, l.Time.Unix() / 3600}
		if _, known := t.seen[id]; !known {
			t.seen[id] = l.Received
			fresh = append(fresh, l)
		}
	}
	return fresh
}

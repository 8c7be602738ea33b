package reportapi

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

const (
	// feedPoll is how often the ledger is asked for new calls, however many
	// listen.
	feedPoll = 2 * time.Second
	// feedCalls is how many calls an event has at most.
	feedCalls = 50
	// feedWindow is how far back a new call may start.
	feedWindow = 24 * time.Hour
)

// feed is the calls that arrive. It has no goroutine of its own: those who
// listen keep it going.
type feed struct {
	reader ledger.Reader

	mu       sync.Mutex
	asked    time.Time     // the ledger, last
	from     time.Time     // beginning of what is counted
	counted  int64         // calls since from
	arrived  int64         // calls that have arrived since the feed began
	newest   []ledger.Call // that have arrived, newest first
	known    map[callKey]bool
	attached bool // whether the ledger has been read once
}

type callKey struct {
	trace ledger.TraceID
	span  ledger.SpanID
}

func newFeed(reader ledger.Reader) *feed { return &feed{reader: reader} }

// since gives the calls that have arrived after the first n, and how many have
// arrived in all. It asks the ledger if that was not done just now.
func (f *feed) since(ctx context.Context, n int64, now time.Time) (calls []ledger.Call, arrived int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.asked) >= feedPoll {
		f.asked = now
		if err := f.ask(ctx, now); err != nil {
			return nil, f.arrived, err
		}
	}
	more := min(f.arrived-n, int64(len(f.newest)), feedCalls)
	return f.newest[:max(more, 0)], f.arrived, nil
}

func (f *feed) ask(ctx context.Context, now time.Time) error {
	if f.from.IsZero() {
		f.from = now.Add(-feedWindow).Truncate(time.Hour)
	}
	groups, err := report.Sums(ctx, f.reader, ledger.Query{From: f.from})
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		groups, f.attached = nil, true // the first write will be new
	case err != nil:
		return err
	}
	var counted int64
	if len(groups) > 0 {
		counted = groups[0].Totals.Calls
	}
	if f.attached && counted == f.counted {
		return nil
	}
	found, err := f.reader.CallList(ctx, ledger.CallQuery{From: now.Add(-feedWindow), Limit: 2 * feedCalls})
	if err != nil && !errors.Is(err, ledger.ErrNoSchema) {
		return err
	}
	known := make(map[callKey]bool, len(found))
	var fresh []ledger.Call
	for i := range found {
		key := callKey{found[i].TraceID, found[i].SpanID}
		known[key] = true
		if !f.known[key] {
			fresh = append(fresh, found[i])
		}
	}
	if f.attached {
		f.arrived += max(counted-f.counted, int64(len(fresh)))
		f.newest = append(fresh, f.newest...)
		f.newest = f.newest[:min(len(f.newest), feedCalls)]
	}
	f.known, f.counted, f.attached = known, counted, true
	return nil
}

package settle

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// repairRows is how much of the ledger is examined at a time.
	repairRows = 20_000
	// repairTraces is how many of its traces are: a store reads about as much for a few
	// traces as for thousands.
	repairTraces = 5000
)

// RepairOptions say what to examine.
type RepairOptions struct {
	From, Until time.Time // traces with calls that start in [From, Until)
	// Apply writes the right verdicts; otherwise they are only found.
	Apply bool
	// Progress is called with the end of what has been examined; nil for none.
	Progress func(done time.Time)
}

// Repaired holds what Repair found.
type Repaired struct {
	Traces int // contested ones that were examined
	// Wrong are the calls that were stored with the other verdict, with the right
	// one.
	Wrong []ledger.Call
	// Difference is the value that correct verdicts add to the bill.
	Difference udecimal.Decimal
}

// Repair examines every contested trace of a period, and finds the calls that
// are stored with another verdict than the rows of their traces give: those that
// a collector which was killed left unsettled, and was not sent again.
func Repair(ctx context.Context, store ledger.Store, opts RepairOptions) (*Repaired, error) {
	found := new(Repaired)
	seen := make(map[row]bool)
	hours, err := store.Hours(ctx, ledger.PartRows, opts.From, opts.Until)
	if err != nil || len(hours) == 0 {
		return found, err
	}
	ahead := make(map[traceHour]bool)
	for _, w := range ledger.Windows(hours, opts.From, opts.Until, time.Hour, repairRows) {
		if err := found.examine(ctx, store, w, opts.Apply, seen, ahead); err != nil {
			return found, fmt.Errorf("calls from %s: %w", w.From.UTC().Format(time.RFC3339), err)
		}
		maps.DeleteFunc(ahead, func(h traceHour, _ bool) bool { return h.hour < hourOf(w.Until) })
		if opts.Progress != nil {
			opts.Progress(w.Until)
		}
	}
	return found, nil
}

// examine examines the traces of a window. Ahead are the rows of later hours that are
// examined with them: a trace of many windows is read once.
func (f *Repaired) examine(ctx context.Context, store ledger.Store, w ledger.Window, apply bool, seen map[row]bool, ahead map[traceHour]bool) error {
	from, until := w.From, w.Until
	traces, err := store.Contested(ctx, ledger.ConflictQuery{From: from, Until: until, All: true})
	if err != nil {
		return err
	}
	f.Traces += len(traces)
	// Those that a response id joins are examined together, with the first of them.
	examined := make(map[ledger.TraceID]bool)
	last := hourOf(until.Add(-1))
	if hourOf(from) == last {
		for _, trace := range traces {
			examined[trace] = ahead[traceHour{trace, last}]
		}
	}
	for len(traces) > 0 {
		var some []ledger.TraceID
		for len(traces) > 0 && len(some) < repairTraces {
			if !examined[traces[0]] {
				some = append(some, traces[0])
			}
			traces = traces[1:]
		}
		if len(some) == 0 {
			break
		}
		seeds, err := seedsOf(ctx, store, some, from, until)
		if err != nil {
			return err
		}
		d, err := decide(ctx, store, seeds, nil)
		if err != nil {
			return err
		}
		for of := range d.rows {
			if of.hour >= hourOf(from) && of.hour <= last {
				examined[of.trace] = true
			}
			if of.hour >= last {
				ahead[of] = true
			}
		}
		verdicts := verdictsOf(d.changed)
		for calls, err := range store.Whole(ctx, d.changed) {
			if err != nil {
				return err
			}
			for i := range calls {
				calls[i].Billable = verdicts[rowOf(&calls[i])]
				f.add(&calls[i], seen)
			}
		}
		if apply && len(d.changed) > 0 {
			if err := rewrite(ctx, store, d.changed); err != nil {
				return err
			}
			if err := settle(ctx, store, seeds, nil, func(*decision) {}); err != nil {
				return err
			}
		}
	}
	return nil
}

// seedsOf reads a row of each trace and hour, to find the others by.
func seedsOf(ctx context.Context, store ledger.Store, traces []ledger.TraceID, from, until time.Time) (seeds []Node, err error) {
	seen := make(map[traceHour]bool)
	for n, err := range store.Rows(ctx, traces, from, until) {
		if err != nil {
			return nil, err
		}
		if of := (traceHour{n.Trace, hourOf(n.Start)}); !seen[of] {
			seen[of] = true
			seeds = append(seeds, n)
		}
	}
	return seeds, nil
}

// add counts a call once, in any period its trace was found.
func (f *Repaired) add(c *ledger.Call, seen map[row]bool) {
	if seen[rowOf(c)] {
		return
	}
	seen[rowOf(c)] = true
	f.Wrong = append(f.Wrong, *c)
	if c.Cost.Amount == nil {
		return
	}
	if c.Billable {
		f.Difference = f.Difference.Add(*c.Cost.Amount)
		return
	}
	f.Difference = f.Difference.Sub(*c.Cost.Amount)
}

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

// BatchHorizon is how far apart two downloads of a batch's results may be. OpenAI
// and Anthropic keep results for a month, unless asked to keep them for longer.
const BatchHorizon = 366 * 24 * time.Hour

// Store is the part of a store that settling needs.
type Store interface {
	ledger.Writer
	// Contested returns the traces that must be settled after a write.
	Contested(ctx context.Context, q Question) ([]ledger.TraceID, error)
	// Rows returns every call and span of traces that starts in [from, until),
	// each in the version that reports show. They may lack what Call and Between
	// do not read.
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
	// result of a batch may carry, in any trace.
	Reported []string
	// Carried are response ids that any call may carry, in any trace.
	Carried []string
	// All asks for every trace of the period, in place of Traces.
	All bool
}

// Elsewhere are the claims that may describe a call of another trace.
var Elsewhere = []string{semconv.ClaimLog, semconv.ClaimServer}

// maxRounds is how often verdicts are read again after some were written. Only
// another writer makes a second round change anything.
const maxRounds = 16

// Settle decides the bill of every trace the batch, which has been written,
// touches, and writes the calls whose verdict differs from what is stored, until
// none does. It is safe to repeat, and for several writers at once: each reads
// again after it has written, and so sees the rows on which another decided.
func Settle(ctx context.Context, store Store, batch ledger.Batch) error {
	for range maxRounds {
		rows, err := around(ctx, store, &batch)
		if err != nil {
			return err
		}
		decided := changed(&rows)
		if len(decided) == 0 {
			return nil
		}
		if err := rewrite(ctx, store, decided); err != nil {
			return fmt.Errorf("settled calls: %w", err)
		}
	}
	return fmt.Errorf("settled calls: others changed the same calls %d times meanwhile", maxRounds)
}

// rewrite stores calls with their new verdicts.
func rewrite(ctx context.Context, store Store, decided []ledger.Call) error {
	verdicts := verdictsOf(decided)
	calls, err := store.Whole(ctx, decided)
	if err != nil {
		return err
	}
	now := time.Now()
	for i := range calls {
		later(&calls[i], verdicts[rowOf(&calls[i])], now)
	}
	return store.Write(ctx, ledger.Batch{Calls: calls})
}

func verdictsOf(decided []ledger.Call) map[row]bool {
	verdicts := make(map[row]bool, len(decided))
	for i := range decided {
		verdicts[rowOf(&decided[i])] = decided[i].Billable
	}
	return verdicts
}

// changed bills the rows and returns the calls whose verdict is new.
func changed(rows *ledger.Batch) []ledger.Call {
	contest := false
	for i := range rows.Calls {
		contest = contest || CanLose(rows.Calls[i].Claim)
	}
	if !contest {
		return nil
	}
	var calls []ledger.Call
	verdict := Bill(nodesOf(rows))
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

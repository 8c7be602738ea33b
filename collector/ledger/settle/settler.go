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

// Elsewhere are the claims that may describe a call of another trace.
var Elsewhere = []string{semconv.ClaimLog, semconv.ClaimServer}

// maxRounds is how often verdicts are read again after some were written. Only
// another writer makes a second round change anything.
const maxRounds = 16

// Settle decides the bill of every trace that batches, which have been written,
// touch, and writes the calls whose verdict differs from what is stored, until
// none does. It is safe to repeat, and for several writers at once: each reads
// again after it has written, and so sees the rows on which another decided.
func Settle(ctx context.Context, store ledger.Store, batches ...ledger.Batch) error {
	return settle(ctx, store, Nodes(batches), nil, func(*decision) {})
}

// settle is Settle for the nodes of a batch. Response ids of apart join no traces. It
// calls read with each decision.
func settle(ctx context.Context, store ledger.Store, written []Node, apart map[string]bool, read func(*decision)) error {
	for range maxRounds {
		d, err := decide(ctx, store, written, apart)
		if err != nil {
			return err
		}
		read(d)
		if len(d.changed) == 0 {
			return nil
		}
		if err := rewrite(ctx, store, d.changed); err != nil {
			return fmt.Errorf("settled calls: %w", err)
		}
	}
	return fmt.Errorf("settled calls: other processes changed the same calls %d times in the meantime", maxRounds)
}

// rewrite stores calls with their new verdicts, in pieces, so that other writers do not
// wait for all of them.
func rewrite(ctx context.Context, store ledger.Store, decided []Node) error {
	verdicts := verdictsOf(decided)
	for calls, err := range store.Whole(ctx, decided) {
		if err != nil {
			return err
		}
		now := ledger.Receipt(time.Now())
		for i := range calls {
			later(&calls[i], verdicts[rowOf(&calls[i])], now)
		}
		if err := store.Write(ctx, ledger.Batch{Calls: calls}); err != nil {
			return err
		}
	}
	return nil
}

func verdictsOf(decided []Node) map[row]bool {
	verdicts := make(map[row]bool, len(decided))
	for i := range decided {
		verdicts[nodeRow(&decided[i])] = decided[i].Billable
	}
	return verdicts
}

// changed bills the nodes and returns the claimants whose verdict is new, with
// that verdict.
func changed(nodes []Node) []Node {
	if !slices.ContainsFunc(nodes, func(n Node) bool { return CanLose(n.Claim) }) {
		return nil
	}
	return differing(nodes)
}

// differing is changed where a claim of others can lose its bill.
func differing(nodes []Node) (decided []Node) {
	for i, verdict := range Bill(nodes) {
		if n := nodes[i]; n.Claim != "" && n.Billable != verdict {
			n.Billable = verdict
			decided = append(decided, n)
		}
	}
	return decided
}

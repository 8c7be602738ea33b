package ledgertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// repairVerdicts writes what older collectors and killed ones left behind: calls
// that were never settled, and two rows of one version with different verdicts.
func repairVerdicts(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	unsettled, want := contestedTrace(1)
	tied := settledCall(ledger.TraceID{0xc0, 2}, 1, semconv.ClaimClient, "resp", 40)
	lost := tied
	lost.Billable = false
	for _, batch := range []ledger.Batch{unsettled, {Calls: []ledger.Call{tied}}, {Calls: []ledger.Call{lost}}} {
		if err := store.Write(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	opts := settle.RepairOptions{From: noon.Add(-2 * time.Hour), Until: noon.Add(2 * time.Hour)}
	run := func() *settle.Repaired {
		t.Helper()
		found, err := settle.Repair(ctx, store, opts)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	wrong := 5 // the spans that see the three calls a second time, and the tied one
	before := run()
	equal(t, 2, before.Traces)
	equal(t, wrong, len(before.Wrong))
	equal(t, wrong, len(run().Wrong)) // looking changes nothing
	equal(t, []string(nil), billedSpans(t, store, tied.TraceID))

	opts.Apply = true
	equal(t, wrong, len(run().Wrong))
	equal(t, 0, len(run().Wrong))
	equal(t, want, billedSpans(t, store, unsettled.Calls[0].TraceID))
	equal(t, []string{tied.SpanID.String()}, billedSpans(t, store, tied.TraceID))

	if !slices.ContainsFunc(before.Wrong, func(c ledger.Call) bool { return c.TraceID == tied.TraceID && c.Billable }) {
		t.Error("the call that lost its bill is not among those found")
	}
}

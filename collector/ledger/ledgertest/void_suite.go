package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
)

// voidCall takes one call off the bill; a second delivery does not put it
// back, and what it cost is kept.
func voidCall(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	wrong := fullCall()
	wrong.Revision = 0
	write(t, store, wrong)
	before, err := ledger.Void(ctx, store, wrong.TraceID, wrong.SpanID, "sent by a load test")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, wrong, *before)
	check := func() {
		t.Helper()
		c := readTrace(t, store, wrong.TraceID).Calls[0]
		equal(t, "invalid voided [sent by a load test]", c.Cost.Status+" "+c.Cost.Reason+" ["+c.Cost.Flags[0]+"]")
		equal(t, true, c.Cost.Amount == nil)
		equal(t, wrong.Usage, c.Usage)
		totals := aggregate(t, store, ledger.Query{Where: []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{wrong.User}}}})[0].Totals
		equal(t, "1 0", fmt.Sprint(totals.Invalid, " ", totals.Cost))
	}
	check()
	again := wrong
	again.Received = wrong.Received.AddDate(0, 0, 1)
	write(t, store, again)
	check()
	past, err := store.PastCosts(ctx, wrong.TraceID)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, 1, len(past))
	equal(t, wrong.Cost.Amount.String(), past[0].Cost.Amount.String())

	if _, err := ledger.Void(ctx, store, wrong.TraceID, wrong.SpanID, "again"); !errors.Is(err, ledger.ErrVoided) {
		t.Errorf("voided twice: want ErrVoided, got %v", err)
	}
	if _, err := ledger.Void(ctx, store, wrong.TraceID, span(404), "no such call"); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("an unknown span: want ErrNotFound, got %v", err)
	}
}

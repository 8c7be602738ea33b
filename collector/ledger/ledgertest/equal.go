package ledgertest

import (
	"context"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// options compare amounts by value, whatever their trailing zeros, and bills by form.
var options = cmp.Options{
	cmp.Comparer(func(a, b udecimal.Decimal) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b ledger.Bill) bool { return reflect.DeepEqual(a, b) }),
	cmpopts.EquateEmpty(),
}

func equal[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("unexpected answer (-want +got):\n%s", diff)
	}
}

func write(t *testing.T, store ledger.Store, calls ...ledger.Call) {
	t.Helper()
	writeBatch(t, store, ledger.Batch{Calls: calls})
}

func writeBatch(t *testing.T, store ledger.Store, batch ledger.Batch) {
	t.Helper()
	if err := store.Write(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

// inBatches is the rows of a batch in batches of at most so many calls and spans.
func inBatches(batch ledger.Batch, most int) (batches []ledger.Batch) {
	for len(batch.Calls)+len(batch.Spans) > 0 {
		c, s := min(len(batch.Calls), most), min(len(batch.Spans), most)
		batches = append(batches, ledger.Batch{Calls: batch.Calls[:c:c], Spans: batch.Spans[:s:s], Checked: batch.Checked})
		batch.Calls, batch.Spans = batch.Calls[c:], batch.Spans[s:]
	}
	return batches
}

func aggregate(t *testing.T, store ledger.Store, q ledger.Query) []ledger.Group {
	t.Helper()
	groups, err := store.Aggregate(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func readTrace(t *testing.T, store ledger.Store, id ledger.TraceID) *ledger.Trace {
	t.Helper()
	found, err := store.Trace(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// countOf is the number of billable calls in the store.
func countOf(t *testing.T, store ledger.Store) int64 {
	t.Helper()
	return aggregate(t, store, ledger.Query{})[0].Totals.Calls
}

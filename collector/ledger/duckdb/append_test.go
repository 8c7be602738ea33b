package duckdb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestAppend_KeepsRowsOfEverySize writes texts around the lengths at which DuckDB
// stores them differently, lists that outgrow their first room, and more rows
// than a chunk holds.
func TestAppend_KeepsRowsOfEverySize(t *testing.T) {
	store := open(t, ":memory:")
	calls := ledgertest.RandomCalls(5000, 3)
	for i := range calls {
		c := &calls[i]
		c.Step = strings.Repeat("é", i%9)
		c.ConversationID = strings.Repeat("x", i%40)
		c.Tags = map[string]string{}
		for n := range i % 7 {
			c.Tags[fmt.Sprint("key of some length ", n)] = strings.Repeat("v", n*5)
		}
		c.FinishReasons = []string{"stop", "", "a reason longer than twelve bytes"}[:i%4]
	}
	calls[77].Cost.Bill = ledger.ReadBill(strings.Repeat("long ", 200_000))
	if err := store.Write(context.Background(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	found, err := store.Calls(context.Background(), time.Unix(0, 0), time.Now().AddDate(10, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[ledger.SpanID]*ledger.Call)
	for i := range calls {
		want[calls[i].SpanID] = &calls[i]
	}
	if len(found) != len(calls) {
		t.Fatalf("%d rows, want %d", len(found), len(calls))
	}
	for i := range found {
		w := want[found[i].SpanID]
		if diff := cmp.Diff([]any{w.Step, w.ConversationID, strings.Join(w.FinishReasons, "|"), w.Cost.Bill.Text(), w.Duration, w.Usage},
			[]any{found[i].Step, found[i].ConversationID, strings.Join(found[i].FinishReasons, "|"), found[i].Cost.Bill.Text(), found[i].Duration, found[i].Usage}); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		if len(w.Tags) != len(found[i].Tags) {
			t.Fatalf("%d tags, want %d", len(found[i].Tags), len(w.Tags))
		}
		for k, v := range w.Tags {
			if found[i].Tags[k] != v {
				t.Fatalf("tag %q is %q, want %q", k, found[i].Tags[k], v)
			}
		}
	}
}

// TestAppend_RefusesWhatItCannotWrite leaves nothing of a batch behind, and the
// store usable.
func TestAppend_RefusesWhatItCannotWrite(t *testing.T) {
	ctx := context.Background()
	store := open(t, ":memory:")
	costs := make([]ledger.PastCost, 3000)
	for i := range costs {
		costs[i] = ledger.PastCost{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{byte(i >> 8), byte(i)}, Start: time.Now(), Replaced: time.Now()}
	}
	costs[2500].Cost.Reason = "not \xff UTF-8"
	err := store.KeepCosts(ctx, costs)
	if err == nil || !strings.Contains(err.Error(), "column cost_reason: text is not UTF-8") {
		t.Fatalf("unexpected error %v", err)
	}
	costs[2500].Cost.Reason = "well"
	if err := store.KeepCosts(ctx, costs); err != nil {
		t.Fatal(err)
	}
	if kept, err := store.PastCosts(ctx, ledger.TraceID{1}); err != nil || len(kept) != len(costs) {
		t.Errorf("%d rows, %v; want %d", len(kept), err, len(costs))
	}

	if _, err := store.SQL().Exec("ALTER TABLE agent_span_rows ALTER step_number TYPE VARCHAR"); err != nil {
		t.Fatal(err)
	}
	err = store.Write(ctx, ledger.Batch{Spans: []ledger.AgentSpan{{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: time.Now(), Received: time.Now()}}})
	if err == nil || !strings.Contains(err.Error(), "column step_number: type") {
		t.Errorf("a column of another type: %v", err)
	}
}

package ledgertest

import (
	"context"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// RunUpgrade holds a store, which an earlier version has filled as
// testdata/upgrade says and Migrate has brought up to date, to what was in it.
// The sums of expired calls and the retention came with version 2, log records with
// version 3, users who were forgotten with version 4. What the call has that no
// version with fixtures knew is added afterwards.
func RunUpgrade(t *testing.T, store ledger.Store, version int) {
	ctx := context.Background()
	c, s := fullCall(), fullSpan()
	prefix, tokens := c.PromptPrefix, c.PromptPrefixTokens
	c.PromptPrefix, c.PromptPrefixTokens = "", 0
	c.Aborted = false
	shares := c.PromptShares
	c.PromptShares = ""
	parts, name, promptVersion, purpose := c.PromptParts, c.PromptName, c.PromptVersion, c.Purpose
	c.PromptParts, c.PromptName, c.PromptVersion, c.Purpose = "", "", "", ""
	used, fields := c.Usage, c.UsageFields
	clear(c.Usage[usage.AnnotatedPages:])
	c.UsageFields = 0
	check := func() {
		t.Helper()
		equal(t, &ledger.Trace{ID: c.TraceID, Calls: []ledger.Call{c}, Spans: []ledger.AgentSpan{s}}, readTrace(t, store, c.TraceID))
		small := readTrace(t, store, trace(2)).Calls
		if len(small) != 1 || small[0].Usage[usage.Input] != 1 || !small[0].Cost.Amount.Equal(amount("0.25")) {
			t.Errorf("the call that was delivered again: %+v", small)
		}
		past, err := store.PastCosts(ctx, c.TraceID)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, []ledger.PastCost{{
			TraceID: c.TraceID, SpanID: c.SpanID, Start: c.Start, Revision: 4094,
			Cost: ledger.Cost{
				Status: "priced", Amount: money("0.000000000000000001"), Currency: "USD", Reason: "none",
				Flags: []string{"tier_assumed"}, Bill: ledger.ReadBill("[]"), CatalogVersion: "2026-10-01",
			},
			Replaced: time.Date(2026, 11, 1, 0, 0, 0, 1000, time.UTC),
		}}, past)
		kept, err := store.Retention(ctx)
		if err != nil {
			t.Fatal(err)
		}
		kept.LogDays = 0 // differs from engine to engine, and is nothing to upgrade
		want, billed, cost := ledger.DefaultRetention, int64(2), "12345678901234567890.373456789012345678"
		want.LogDays = 0
		if version >= 2 {
			want = ledger.Retention{DetailDays: 4000, RollupDays: 9000}
			billed, cost = 5, "12345678901234567891.373456789012345679"
		}
		equal(t, want, kept)
		for _, by := range [][]ledger.Dimension{nil, {ledger.ByHour}} {
			var sum ledger.Totals
			for _, g := range totalsBy(t, store, by...) {
				sum.Calls += g.Totals.Calls
				sum.Cost = sum.Cost.Add(g.Totals.Cost)
			}
			if sum.Calls != billed || !sum.Cost.Equal(amount(cost)) {
				t.Errorf("sums by %v: %d calls, %s; expected %d, %s", by, sum.Calls, sum.Cost, billed, cost)
			}
		}
	}
	if version >= 3 {
		logs, err := store.Logs(ctx, ledger.LogQuery{Trace: trace(9)})
		if err != nil || len(logs) != 1 {
			t.Fatalf("%d log records, expected 1: %v", len(logs), err)
		}
		l := logs[0]
		equal(t, ledger.Log{
			TraceID: trace(9), SpanID: span(7), ID: ledger.LogID{7: 1}, Time: l.Time, Kind: ledger.LogApplication, Severity: 17, EventName: "e",
			Body: "giving up", ErrorType: "timeout", User: "u-9", Attributes: map[string]string{"k": "v"}, Received: l.Received,
		}, l)
	}
	if version >= 4 {
		users, err := store.Forgotten(ctx)
		if err != nil {
			t.Fatal(err)
		}
		want := ledger.ForgottenUser{Since: time.Date(2026, 11, 1, 0, 0, 0, 1000, time.UTC)}
		for i := range want.Key {
			want.Key[i], want.Hash[i] = 1, 2
		}
		equal(t, ledger.ForgottenUsers{want}, users)
	}
	check()
	refresh(t, store)
	check()
	write(t, store, c) // delivered once more
	check()
	c.PromptPrefix, c.PromptPrefixTokens = prefix, tokens
	c.Aborted = true
	c.PromptShares = shares
	c.PromptParts, c.PromptName, c.PromptVersion, c.Purpose = parts, name, promptVersion, purpose
	c.Usage, c.UsageFields = used, fields
	write(t, store, c)
	check()
}

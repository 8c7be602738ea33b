package ledgertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

func retention(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	want := ledger.Retention{DetailDays: 30, RollupDays: 400, LogDays: 14}
	if err := store.SetRetention(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := store.Retention(ctx)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, want, got)
	for _, bad := range []ledger.Retention{
		{DetailDays: 1, RollupDays: 400, LogDays: 14},
		{DetailDays: 30, RollupDays: 29, LogDays: 14},
		{DetailDays: 30, RollupDays: 40_000, LogDays: 14},
		{DetailDays: 30, RollupDays: 400},
		{DetailDays: 30, RollupDays: 400, LogDays: 40_000},
	} {
		if err := store.SetRetention(ctx, bad); err == nil {
			t.Errorf("%+v: want an error", bad)
		}
	}
}

// totalsBy returns what the rollups say of all time.
func totalsBy(t *testing.T, store ledger.Store, by ...ledger.Dimension) []ledger.Group {
	t.Helper()
	return aggregate(t, store, ledger.Query{By: by, TotalsOnly: true})
}

func expiry(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	old, recent := RandomCalls(100, 31), RandomCalls(50, 32)
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range old {
		old[i].Start = now.AddDate(0, 0, -10).Add(time.Duration(i) * time.Minute)
		old[i].Received = now
	}
	for i := range recent {
		recent[i].TraceID, recent[i].Start, recent[i].Received = trace(uint64(5000+i)), now.Add(-time.Duration(i)*time.Minute), now
	}
	writeBatch(t, store, ledger.Batch{Calls: old, Spans: []ledger.AgentSpan{{
		TraceID: old[0].TraceID, SpanID: span(9999), Start: old[0].Start, Role: "agent", Received: now,
	}}})
	write(t, store, recent...)
	by := []ledger.Dimension{ledger.ByUser, ledger.ByModel, ledger.ByDay}
	before := totalsBy(t, store, by...)
	if err := store.SetRetention(ctx, ledger.Retention{DetailDays: 20, RollupDays: 400, LogDays: 20}); err != nil {
		t.Fatal(err)
	}
	if err := store.Expire(ctx); err != nil {
		t.Fatal(err)
	}
	equal(t, 150, countOf(t, store))
	if err := store.SetRetention(ctx, ledger.Retention{DetailDays: 5, RollupDays: 400, LogDays: 5}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := store.Expire(ctx); err != nil {
			t.Fatal(err)
		}
		equal(t, 50, countOf(t, store))
		equal(t, before, totalsBy(t, store, by...))
		keptEqual(t, store, ledger.Query{By: by}, recent)
		keptEqual(t, store, ledger.Query{By: by, From: now.AddDate(0, 0, -12), Until: now.AddDate(0, 0, 1)}, recent)
	}
	if _, err := store.Trace(ctx, old[0].TraceID); err == nil {
		t.Error("an expired trace is still there")
	}
	write(t, store, old...) // delivered once more, too late
	equal(t, before, totalsBy(t, store, by...))
	refresh(t, store)
	if err := store.Expire(ctx); err != nil {
		t.Fatal(err)
	}
	equal(t, before, totalsBy(t, store, by...))
	write(t, store, recent...)
	equal(t, before, totalsBy(t, store, by...))

	// Kept for longer, what has gone does not come back in part.
	if err := store.SetRetention(ctx, ledger.Retention{DetailDays: 20, RollupDays: 400, LogDays: 20}); err != nil {
		t.Fatal(err)
	}
	again := slices.Clone(old[:10])
	for i := range again {
		again[i].Received = again[i].Received.Add(time.Minute)
	}
	write(t, store, again...)
	equal(t, before, totalsBy(t, store, by...))
	refresh(t, store)
	equal(t, before, totalsBy(t, store, by...))
	stored, err := store.Calls(ctx, now.AddDate(0, 0, -12), now.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	keptEqual(t, store, ledger.Query{By: by}, stored)
	keptEqual(t, store, ledger.Query{By: by, From: now.AddDate(0, 0, -12).Truncate(24 * time.Hour)}, stored)
}

func forget(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	rows := model(RandomCalls(300, 33))
	for i := range rows {
		rows[i].ConversationID = "conversation of " + rows[i].User
	}
	original := slices.Clone(rows)
	s := fullSpan()
	s.TraceID, s.User = rows[0].TraceID, "u-1"
	writeBatch(t, store, ledger.Batch{Calls: rows, Spans: []ledger.AgentSpan{s}})
	refresh(t, store)
	calls, err := store.Forget(ctx, "u-1")
	if err != nil {
		t.Fatal(err)
	}
	var want int64
	for i := range rows {
		if rows[i].User == "u-1" {
			rows[i].User, rows[i].ConversationID = ledger.Forgotten, ""
			want++
		}
	}
	equal(t, want, calls)
	for _, q := range []ledger.Query{
		{By: []ledger.Dimension{ledger.ByUser}},
		{By: []ledger.Dimension{ledger.ByUser, ledger.ByDay}, TotalsOnly: true},
	} {
		groups := rows.aggregate(q)
		for i := range groups {
			if q.TotalsOnly {
				groups[i].Latency = ledger.Latency{}
			}
		}
		equal(t, groups, aggregate(t, store, q))
	}
	for _, c := range readTrace(t, store, rows[0].TraceID).Calls {
		if c.User == ledger.Forgotten {
			equal(t, "", c.ConversationID)
		}
	}
	equal(t, ledger.Forgotten, readTrace(t, store, s.TraceID).Spans[0].User)

	// Delivered again, and for the first time, later: the user stays forgotten.
	again := slices.Clone(original)
	for i := range again {
		again[i].Received = again[i].Received.Add(time.Hour)
	}
	late := call(7000, 7000)
	late.User, late.ConversationID = "u-1", "conversation of u-1"
	s.User, s.Received = "u-1", s.Received.Add(time.Hour)
	writeBatch(t, store, ledger.Batch{Calls: append(again, late), Spans: []ledger.AgentSpan{s}})
	equal(t, "u-1", again[slices.IndexFunc(again, func(c ledger.Call) bool { return c.User == "u-1" })].User) // the caller's rows are as they were
	late.User, late.ConversationID = ledger.Forgotten, ""
	rows = append(rows, late)
	for range 2 {
		for _, by := range [][]ledger.Dimension{{ledger.ByUser}, {ledger.ByUser, ledger.ByDay}} {
			groups := rows.aggregate(ledger.Query{By: by, TotalsOnly: true})
			for i := range groups {
				groups[i].Latency = ledger.Latency{}
			}
			equal(t, groups, totalsBy(t, store, by...))
		}
		refresh(t, store)
	}
	equal(t, ledger.Forgotten, readTrace(t, store, s.TraceID).Spans[0].User)

	// Anyone who comes back afterwards is a user again.
	back := call(7001, 7001)
	back.User, back.Start = "u-1", time.Now().Add(time.Second)
	write(t, store, back)
	equal(t, "u-1", readTrace(t, store, back.TraceID).Calls[0].User)

	// Another store that the list is moved to knows as much.
	users, err := store.Forgotten(ctx)
	if err != nil || len(users) != 1 {
		t.Fatalf("%d forgotten users, expected 1: %v", len(users), err)
	}
	if err := store.KeepForgotten(ctx, users); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Forgotten(ctx)
	if err != nil || kept[0] != users[0] {
		t.Errorf("unexpected answer: %v, %v", kept, err)
	}
}

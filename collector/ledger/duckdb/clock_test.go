package duckdb_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// The clock of the machine steps: forward by years and back, then a day at a time, then
// over a month in which the machine was off.
func TestRefresh_DeletesNothingByAClockThatSteps(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	begin := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	at, running := begin, time.Duration(0)
	store.SetClock(func() time.Time { return at }, func() time.Duration { return running })
	calls := ledgertest.RandomCalls(20, 3)
	for i := range calls {
		calls[i].Start, calls[i].Received = begin.Add(time.Duration(i)*time.Minute), begin.Add(time.Hour)
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	kept := func() int {
		t.Helper()
		require.NoError(t, store.Refresh(t.Context()))
		found, err := store.Calls(t.Context(), ledger.EarliestStart, ledger.LatestStart)
		require.NoError(t, err)
		return len(found)
	}
	for _, year := range []int{2099, 1980, 2026, 2031} {
		at = time.Date(year, 10, 1, 13, 0, 0, 0, time.UTC)
		running += time.Hour
		assert.Equal(t, 20, kept(), year)
	}
	at = begin.Add(2 * time.Hour)
	assert.Equal(t, 20, kept())
	late := calls[:1]
	late[0].SpanID, late[0].Received = ledger.SpanID{7: 99}, at
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: late}))
	assert.Equal(t, 21, kept(), "days that a wrong clock called expired still take calls")

	for range 91 { // a day at a time, as clocks go
		assert.Equal(t, 21, kept(), at)
		at, running = at.AddDate(0, 0, 1), running+24*time.Hour
	}
	assert.Zero(t, kept(), "90 days are over")

	for i := range calls {
		calls[i].Start, calls[i].Received = at.Add(-time.Duration(i)*time.Minute), at
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	assert.Equal(t, 20, kept())
	at = at.AddDate(0, 0, 120) // the machine was off
	assert.Equal(t, 20, kept())
	at, running = at.Add(23*time.Hour), running+23*time.Hour
	assert.Equal(t, 20, kept())
	at, running = at.Add(2*time.Hour), running+2*time.Hour
	assert.Zero(t, kept(), "after a day the clock is believed")
}

// A ledger of an earlier release has no day noted: the newest receipt is the last that
// is known of the time.
func TestRefresh_KnowsTheTimeOfALedgerWithoutANote(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	calls := ledgertest.RandomCalls(5, 4)
	begin := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	for i := range calls {
		calls[i].Start, calls[i].Received = begin, begin
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	store.SetClock(func() time.Time { return begin.AddDate(50, 0, 0) }, func() time.Duration { return 0 })
	require.NoError(t, store.Refresh(t.Context()))
	found, err := store.Calls(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	assert.Len(t, found, 5)
}

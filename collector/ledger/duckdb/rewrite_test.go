package duckdb_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

func TestRewrite_KeepsTheRowsAndDropsTheTextOfDeletedOnes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it's a ledger.duckdb")
	open := func() *duckdb.Store {
		store, err := duckdb.Open(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		return store
	}
	const name = "someone-to-forget@example.com"
	store := open()
	var batch ledger.Batch
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range 5000 {
		user := fmt.Sprintf("u-%d", i)
		if i%3 == 0 {
			user = name
		}
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: ledger.TraceID{1, byte(i >> 8), byte(i)}, SpanID: ledger.SpanID{1, byte(i >> 8), byte(i)}, Start: now.Add(-time.Hour), Received: now,
			User: user, Role: "llm", Billable: true, RequestModel: "gpt-5",
		})
	}
	// In several writes and checkpoints, as a collector makes them.
	for i := 0; i < len(batch.Calls); i += 500 {
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: batch.Calls[i : i+500]}))
		require.NoError(t, store.Close())
		store = open()
	}
	calls, err := store.Forget(t.Context(), name)
	require.NoError(t, err)
	assert.EqualValues(t, 1667, calls)
	before, err := store.Calls(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	var locked *duckdb.LockedError
	require.ErrorAs(t, duckdb.Rewrite(t.Context(), path, nothing), &locked, "a file that is open")
	require.NoError(t, store.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Contains(text, []byte(name)), "without rewriting, the name stays in the file")

	require.NoError(t, duckdb.Rewrite(t.Context(), path, nothing))
	text, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.False(t, bytes.Contains(text, []byte(name)))
	store = open()
	defer store.Close()
	after, err := store.Calls(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	byID := func(a, b ledger.Call) int { return bytes.Compare(a.SpanID[:], b.SpanID[:]) }
	slices.SortFunc(before, byID)
	slices.SortFunc(after, byID)
	assert.Equal(t, before, after)
	users, err := store.Forgotten(t.Context())
	require.NoError(t, err)
	assert.Len(t, users, 1)
	retention, err := store.Retention(t.Context())
	require.NoError(t, err)
	assert.Equal(t, duckdb.DefaultRetention, retention)
	groups, err := store.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByUser}, TotalsOnly: true, Limit: 1})
	require.NoError(t, err)
	assert.EqualValues(t, 1667, groups[0].Totals.Calls, "rollups are views, and came along")
	left, err := filepath.Glob(path + ".*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

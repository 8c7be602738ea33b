package duckdb

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Whatever memory a pass has, and in whatever order calls have arrived, it finds what plain Go does.
func TestCacheMisses_AreTheSameWithLittleMemory(t *testing.T) {
	calls := ledgertest.RandomPrompts(6000, 77)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	store, err := Open(t.Context(), ":memory:?threads=2")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	first := slices.MinFunc(calls, func(a, b ledger.Call) int { return cmp.Compare(a.Start.UnixNano(), b.Start.UnixNano()) })
	q := ledger.CacheQuery{From: first.Start.Add(time.Hour), Until: first.Start.Add(60 * time.Hour), Within: 5 * time.Minute, MinTokens: 1024, Calls: 40}
	want := ledgertest.PlainCacheMisses(calls, q)
	require.NotEmpty(t, want.Calls)
	for _, memory := range []passMemory{{maxHashes, orderedRows}, {maxHashes, 100}, {1024, 300}, {512, 200}} {
		t.Run(fmt.Sprint(memory), func(t *testing.T) {
			got, err := store.cacheMisses(t.Context(), q, memory)
			require.NoError(t, err)
			require.Equal(t, want.Groups, got.Groups)
			require.Equal(t, want.Calls, got.Calls)
		})
	}
}

// A call is not taken for one of another day that has the same trace and span.
func TestCacheMisses_HaveTheAgentOfTheirOwnDay(t *testing.T) {
	calls := ledgertest.RandomPrompts(1, 1)
	calls[0].Billable, calls[0].Error, calls[0].PromptPrefix = true, false, "prefix"
	for day, agent := range []string{"", "reviewer", "writer"} {
		c := calls[0]
		c.Start, c.Agent = c.Start.AddDate(0, 0, day), agent
		calls = append(calls, c)
	}
	calls = calls[1:]
	store, err := Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	q := ledger.CacheQuery{From: calls[0].Start, Until: calls[2].Start.Add(time.Hour), Within: 5 * time.Minute, MinTokens: 1, Calls: 3}
	want := ledgertest.PlainCacheMisses(calls, q)
	require.NotEmpty(t, want.Calls)
	got, err := store.CacheMisses(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, want.Calls, got.Calls)
}

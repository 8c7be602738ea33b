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

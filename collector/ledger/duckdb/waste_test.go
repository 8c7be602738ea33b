package duckdb

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Whatever memory a pass has, and in whatever order calls have arrived, it finds what plain Go does.
func TestWaste_IsTheSameWithLittleMemory(t *testing.T) {
	rows := ledgertest.RandomRuns(900, 78)
	calls := rows.Calls
	from := calls[0].Start
	for i := range calls {
		if i%2 == 0 { // many prompts, some of which are sent again
			calls[i].PromptPrefix, calls[i].PromptPrefixTokens = fmt.Sprint("prompt ", i/5), int64(1000+i%700)
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	store, err := Open(t.Context(), ":memory:?threads=2")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), rows))
	q := ledger.WasteQuery{Failures: 3, CacheQuery: ledger.CacheQuery{
		From: from.Add(time.Hour), Until: from.Add(100 * time.Hour), Within: 5 * time.Minute, MinTokens: 1024, Calls: 40,
	}}
	want := ledgertest.PlainWaste(&rows, q)
	require.Len(t, want.Calls, len(ledger.WasteKinds)*q.Calls)
	for _, memory := range []passMemory{{maxHashes, orderedRows}, {maxHashes, 100}, {2048, 300}, {512, 2000}} {
		t.Run(fmt.Sprint(memory), func(t *testing.T) {
			got, err := store.waste(t.Context(), q, memory)
			require.NoError(t, err)
			require.Equal(t, want.Groups, got.Groups)
			require.Equal(t, want.Calls, got.Calls)
		})
	}
}

// Sums of any amounts are the largest that a ledger holds at most.
func TestWaste_SumsAreAtMostTheLargestAmount(t *testing.T) {
	largest := wide{low: largestAmount.low, high: int64(largestAmount.high)}
	sum := costSum{}
	sum.add(wide{low: 1})
	require.Equal(t, "0.000000000000000001", sum.decimal().String())
	sum.add(wide{low: ^uint64(0)})
	require.Equal(t, "18.446744073709551616", sum.decimal().String())
	for range 5 {
		sum.add(largest)
		require.Equal(t, "99999999999999999999.999999999999999999", sum.decimal().String())
	}
}

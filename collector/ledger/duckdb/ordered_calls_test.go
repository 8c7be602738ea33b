package duckdb

import (
	"slices"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// A busy second is cut as a quiet day is, so that no part has many more calls than the others.
func TestOrderedCalls_AreCutWithinASecond(t *testing.T) {
	calls := ledgertest.RandomPrompts(9000, 7)
	for i := range calls {
		calls[i].Start = calls[0].Start.Truncate(time.Second).Add(time.Duration(i*7919%len(calls)) * time.Microsecond)
		calls[i].Billable = true
	}
	store, err := Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	for _, rows := range []int{100, 2 * startsOfPart} { // of the second, every other start is looked at
		o := orderedCalls[promptCall]{rows: rows}
		require.NoError(t, onConnection(t.Context(), store, func(conn mapping.Connection) error {
			cuts, err := o.cuts(t.Context(), store, conn)
			require.IsIncreasing(t, cuts)
			require.InDelta(t, len(calls)/rows-1, len(cuts), 1)
			parts := make([]int, len(cuts)+1)
			for i := range calls {
				at, found := slices.BinarySearch(cuts, calls[i].Start.UnixNano())
				if found {
					at++
				}
				parts[at]++
			}
			require.LessOrEqual(t, slices.Max(parts), 2*rows)
			return err
		}))
	}
}

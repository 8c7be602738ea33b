package clickhouse_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// TestColumns_KeepNumbersAfterZeros has a count of which only one call has any.
func TestColumns_KeepNumbersAfterZeros(t *testing.T) {
	calls := ledgertest.RandomCalls(100, 1)
	columns := clickhouse.NewCallColumns()
	for _, at := range []int{-1, 0, 1, 40, 99, -1} { // in the same memory
		t.Run(fmt.Sprint("in call ", at), func(t *testing.T) {
			for i := range calls {
				calls[i].Usage[usage.WebSearches], calls[i].Attempt = 0, 0
				if i == at {
					calls[i].Usage[usage.WebSearches], calls[i].Attempt = 3, 2
				}
			}
			columns.Fill(calls)
			written, read := columns.Written(), columns.Read()
			for _, name := range []string{usage.WebSearches.Column(), "attempt"} {
				if at < 0 {
					assert.NotContains(t, written, name)
				} else {
					assert.Contains(t, written, name)
				}
			}
			require.Len(t, read, len(calls))
			counts := func(calls []ledger.Call) (list [][2]int64) {
				for i := range calls {
					list = append(list, [2]int64{calls[i].Usage[usage.WebSearches], int64(calls[i].Attempt)})
				}
				return list
			}
			assert.Equal(t, counts(calls), counts(read))
		})
	}
}

package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestReceipt_KeepsARowWhateverTheClockSays(t *testing.T) {
	for _, year := range []int{1969, 1970, 1999, 2026, 2099, 2100, 2300} {
		now := time.Date(year, 12, 31, 23, 59, 59, 0, time.UTC)
		c := ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Received: ledger.Receipt(now),
		}
		require.NoError(t, c.Check(), year)
		if year == 2026 {
			assert.Equal(t, now, c.Received)
		}
	}
}

package costledgerexporter

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestConsumeTraces_AbsurdAmountsAndTimesAreInvalidAndBlindNothing sends spans of
// absurd values among good ones.
func TestConsumeTraces_AbsurdAmountsAndTimesAreInvalidAndBlindNothing(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	chat(spans, 1)
	amounts := []string{"99999999999999999999.999999999999999999", "-1", "1000000000.000000000000000001", "1e400", "NaN", "Infinity", strings.Repeat("9", 5000)}
	for n, amount := range amounts {
		chat(spans, byte(10+n)).Attributes().PutStr(string(semconv.CostAmount), amount)
	}
	long := chat(spans, 40)
	long.SetEndTimestamp(math.MaxUint64)
	long.Attributes().PutDouble(string(semconv.ResponseTimeToFirstChunk), math.Inf(1))
	for n := range 4 { // together more than an amount can be
		chat(spans, byte(50+n)).Attributes().PutStr(string(semconv.CostAmount), "1000000000")
	}
	chat(spans, 60).SetStartTimestamp(pcommon.Timestamp(math.MaxUint64)) // a dead letter
	require.NoError(t, e.ConsumeTraces(t.Context(), td))

	trace, err := e.store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	require.Len(t, trace.Calls, 1+len(amounts)+1+4, "every call stays but the one of no time")
	for _, c := range trace.Calls {
		assert.LessOrEqual(t, c.Duration, ledger.MaxDuration)
		assert.GreaterOrEqual(t, c.Duration, time.Duration(0))
		assert.LessOrEqual(t, c.TimeToFirstChunk, ledger.MaxDuration)
		if n := int(c.SpanID[7]); n >= 10 && n < 40 {
			assert.Equal(t, "invalid", c.Cost.Status, amounts[n-10])
			assert.Equal(t, "malformed_attribute:"+string(semconv.CostAmount), c.Cost.Reason)
			assert.Nil(t, c.Cost.Amount)
		}
	}
	groups, err := e.store.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByCostStatus}})
	require.NoError(t, err)
	sums := make(map[string]string)
	for _, g := range groups {
		sums[g.Key[0]] = fmt.Sprintf("%d calls, %s USD", g.Totals.Calls, g.Totals.Cost)
	}
	assert.Equal(t, map[string]string{"priced": "6 calls, 4000000000.00065 USD", "invalid": fmt.Sprintf("%d calls, 0 USD", len(amounts))}, sums)
}

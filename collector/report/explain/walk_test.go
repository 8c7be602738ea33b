package explain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var at = time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)

// wrapped is a call of gpt-5 and the framework's span around it, which reports it
// as well.
func wrapped(t *testing.T) []ledger.Call {
	t.Helper()
	calls := make([]ledger.Call, 2)
	for i := range calls {
		calls[i] = ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{byte(i + 1)}, Start: at.Add(time.Duration(i) * time.Millisecond), Received: at,
			Provider: semconv.ProviderOpenAI, RequestModel: "gpt-5", Role: semconv.RoleLLM, Operation: "chat",
			Usage: usage.Counts{usage.Input: 10_000, usage.CacheRead: 4_000, usage.Output: 500}, UsageSource: semconv.UsageReported,
		}
		c := &calls[i]
		asked := reprice.CallOf(c)
		result := pricing.Default().Price(&asked)
		require.True(t, result.HasAmount())
		c.Cost = ledger.Cost{
			Status: string(result.Status), Amount: &result.Amount, Currency: pricing.Currency, CatalogVersion: result.Version,
			Bill: ledger.ReadBill(string(pricing.AppendLines(nil, result.Lines))),
		}
	}
	calls[0].Claim, calls[0].Dialect = semconv.ClaimFramework, "openinference"
	calls[1].Claim, calls[1].ParentSpanID, calls[1].Billable = semconv.ClaimTransport, calls[0].SpanID, true
	vendor := udecimal.MustParse("0.01")
	calls[1].Cost.Vendor = &vendor
	return calls
}

func find(t *testing.T, span byte) *explain.Walk {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: wrapped(t), Spans: []ledger.AgentSpan{
		{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{9}, Start: at, Received: at, Role: semconv.RoleAgent, Name: "planner"},
	}}))
	walk, err := explain.Find(t.Context(), store, ledger.SpanID{span}, at.Add(-time.Hour), at.Add(time.Hour), pricing.Default())
	require.NoError(t, err)
	_, err = explain.Find(t.Context(), store, ledger.SpanID{9}, at.Add(-time.Hour), at.Add(time.Hour), pricing.Default())
	assert.ErrorIs(t, err, ledger.ErrNotFound)
	_, err = explain.Find(t.Context(), store, ledger.SpanID{span}, at.Add(time.Hour), at.Add(2*time.Hour), pricing.Default())
	assert.ErrorIs(t, err, ledger.ErrNotFound)
	return walk
}

func TestFind_WalksTheBilledSpan(t *testing.T) {
	walk := find(t, 2)
	// 6,000 x 1.25 + 4,000 x 0.125 + 500 x 10 USD a million.
	assert.Equal(t, "0.013", walk.Call.Cost.Amount.String())
	assert.Equal(t, "0.003", walk.VendorDifference().String())
	require.Len(t, walk.Others, 1)
	assert.Equal(t, ledger.SpanID{1}, walk.Others[0].Call.SpanID)
	assert.Equal(t, "It is around this span. Another span, closer to the vendor, describes the same call: that span is billed.", walk.Others[0].Text())

	var text strings.Builder
	require.NoError(t, format.Write(&text, format.TableFormat, walk.Document(), format.Options{}))
	for _, part := range []string{
		"0.013 USD", "the transport of otelgenai, on the wire", "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.input_tokens",
		"openai/gpt-5", "cache_read", "0.125", "openinference", "The difference (ledger less vendor) is 0.003 USD",
	} {
		assert.Contains(t, text.String(), part)
	}
	for _, line := range walk.Price.Lines {
		assert.NotEmpty(t, line.Sources, line.Kind)
		assert.NotEmpty(t, line.Sources[0].Read, line.Kind)
	}
}

func TestFind_SaysWhyASpanIsNotBilled(t *testing.T) {
	walk := find(t, 1)
	assert.Contains(t, walk.Document().Title, "not billed")
	require.Len(t, walk.Others, 1)
	assert.Equal(t, "It is inside this span. It is billed.", walk.Others[0].Text())
	assert.Contains(t, walk.Document().Notes, explain.NotBilled(walk.Call))
	assert.Contains(t, walk.Document().Notes, "The vendor stated no amount.")
}

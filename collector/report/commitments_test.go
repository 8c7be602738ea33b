package report_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestCommitments(t *testing.T) {
	catalogue, err := pricing.Parse("prices.json", []byte(`{"format": 1, "commitments": [
		{"name": "PTU", "provider": "azure-openai", "usd_per_month": "100"},
		{"name": "cluster", "models": ["acme-{any}"], "usd_per_month": "10"},
		{"name": "idle", "models": ["nobody-calls-this"], "usd_per_month": "7"},
		{"name": "not yet", "usd_per_month": "1000", "from": "2026-11-01"}
	]}`))
	require.NoError(t, err)
	catalogue, err = pricing.Default().With(catalogue)
	require.NoError(t, err)

	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(context.Background()))
	october := report.Month(2026, time.October, time.UTC)
	cost := udecimal.MustParse("0.5")
	var batch ledger.Batch
	for i, c := range []struct {
		at                          time.Time
		department, provider, model string
		tokens                      int64
	}{
		{october.From, "claims", "azure.ai.openai", "gpt-4o-2024-08-06", 200},
		{october.Until.Add(-time.Microsecond), "support", "azure.ai.openai", "gpt-4o-2024-08-06", 100},
		{october.Until, "support", "azure.ai.openai", "gpt-4o-2024-08-06", 9999},
		{october.From, "support", "openai", "gpt-4o-2024-08-06", 9999},
		{october.From, "claims", "vllm", "acme-7b", 0},
		{october.From, "", "vllm", "acme-7b", 0},
	} {
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: ledger.TraceID{byte(i + 1)}, SpanID: ledger.SpanID{byte(i + 1)},
			Start: c.at, Received: c.at, Department: c.department, Provider: c.provider, RequestModel: c.model,
			Role: semconv.RoleLLM, Billable: true, Usage: usage.Counts{usage.Input: c.tokens},
			Cost: ledger.Cost{Status: "priced", Amount: &cost, Currency: "USD"},
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))

	answer, err := report.Commitments(t.Context(), store, report.CommitmentsQuestion{Month: october, Catalogue: catalogue})
	require.NoError(t, err)
	type share struct{ commitment, department, amount string }
	var got []share
	sum := udecimal.Decimal{}
	for _, l := range answer.Lines {
		got = append(got, share{l.Commitment, l.Labels[0], l.Share.String()})
		sum = sum.Add(l.Share)
	}
	assert.Equal(t, []share{
		{"PTU", "claims", "66.66666666666666667"},
		{"PTU", "support", "33.33333333333333333"},
		{"cluster", semconv.Unattributed, "5"},
		{"cluster", "claims", "5"},
	}, got)
	assert.Equal(t, "110", sum.String(), "shares add up to what was spread")
	assert.Equal(t, "117", answer.Total.String())
	require.Len(t, answer.Unspread, 1)
	assert.Equal(t, "idle", answer.Unspread[0].Name)

	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.JSONFormat, answer.Document(), format.Options{}))
	assert.Contains(t, out.String(), "66.66666666666666667")
}

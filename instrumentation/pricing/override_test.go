package pricing_test

import (
	"os"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func overridden(t *testing.T) *pricing.Catalogue {
	t.Helper()
	data, err := os.ReadFile("testdata/overrides.json")
	require.NoError(t, err)
	over, err := pricing.Parse("testdata/overrides.json", data)
	require.NoError(t, err)
	merged, err := pricing.Default().With(over)
	require.NoError(t, err)
	return merged
}

func TestOverrides_TheOperatorsOwnPricesComeFirst(t *testing.T) {
	catalogue := overridden(t)
	assert.Equal(t, pricing.Default().Version()+"+acme-2026", catalogue.Version())
	tests := []struct {
		name  string
		call  pricing.Call
		want  string
		flags pricing.Flags
	}{
		{"a negotiated row replaces the built-in one", pricing.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000_000}}, "0.9", 0},
		{"its modes too: a row is replaced whole", pricing.Call{Provider: "openai", RequestModel: "gpt-5-2025-08-07", ServedTier: "priority", Usage: usage.Counts{usage.Input: 1_000_000}}, "2.5", 0},
		{"other models of the provider stay", pricing.Call{Provider: "openai", RequestModel: "gpt-5-mini", Usage: usage.Counts{usage.Input: 1_000_000}}, "0.25", 0},
		{"a discount on a provider", pricing.Call{Provider: "anthropic", RequestModel: "claude-haiku-4-5", Usage: usage.Counts{usage.Input: 1_000_000, usage.WebSearches: 100}}, "1.74", pricing.Adjusted},
		{"a discount from another day on", pricing.Call{Provider: "anthropic", RequestModel: "claude-haiku-4-5", Start: day(2025, 12, 31), Usage: usage.Counts{usage.Input: 1_000_000, usage.WebSearches: 100}}, "2", 0},
		{"a discount and a zone uplift multiply", pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-5", InferenceGeo: "us", Usage: usage.Counts{usage.Input: 1_000_000}}, "4.785", pricing.Adjusted},
		{"a deployment name mapped to a model", pricing.Call{Provider: "azure.ai.openai", RequestModel: "prod-chat", Region: "eu", Usage: usage.Counts{usage.Input: 1_000_000}}, "2.75", 0},
		{"an opaque ARN mapped to a model", pricing.Call{Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6", Usage: usage.Counts{usage.Input: 1_000_000}}, "5.5", 0},
		{"a private model", pricing.Call{Provider: "vllm", RequestModel: "acme/support-7b", Usage: usage.Counts{usage.Input: 1_000_000, usage.Output: 1_000_000}}, "0.3", 0},
		{"GPU time", pricing.Call{Provider: "vllm", RequestModel: "acme/big-70b", Duration: 90 * time.Second, Usage: usage.Counts{usage.Input: 1_000_000}}, "0.25", pricing.Estimated},
		{"GPU time that does not divide evenly", pricing.Call{Provider: "vllm", RequestModel: "acme/big-70b", Duration: 7 * time.Millisecond}, "0.000019444444444444", pricing.Estimated},
		{"a gateway on a private host", pricing.Call{Provider: "openai", RequestModel: "gpt-5-mini", ServerAddress: "llm-gateway:4000", Usage: usage.Counts{usage.Input: 1_000_000}}, "0.25", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.call.Start.IsZero() {
				tt.call.Start = identityTime
			}
			got := catalogue.Price(&tt.call)
			require.True(t, got.HasAmount(), "%s: %s", got.Reason, got.Detail)
			assert.Equal(t, tt.want, got.Amount.String())
			assert.Equal(t, tt.flags, got.Flags)
			assert.Equal(t, catalogue.Version(), got.Version)
		})
	}
	built := pricing.Default().Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5", Start: identityTime, Usage: usage.Counts{usage.Input: 1_000_000}})
	assert.Equal(t, "1.25", built.Amount.String(), "laying a file over the catalogue leaves the catalogue as it was")
}

func TestOverrides_AnAdjustmentThatWouldRoundIsRefused(t *testing.T) {
	over, err := pricing.Parse("f", []byte(`{"format": 1, "adjustments": [{"provider": "*", "multiplier": "0.123456789"}]}`))
	require.NoError(t, err)
	_, err = pricing.Default().With(over)
	assert.ErrorContains(t, err, "decimal digits with its modifiers and adjustments")
}

func TestOverrides_AdjustmentsThatNeverMeetDoNotAddUp(t *testing.T) {
	over, err := pricing.Parse("f", []byte(`{"format": 1, "adjustments": [
		{"provider": "openai", "until": "2026-01-01", "multiplier": "0.8755"},
		{"provider": "openai", "from": "2026-01-01", "multiplier": "0.9125"},
		{"provider": "anthropic", "multiplier": "0.8125"},
		{"provider": "google", "multiplier": "0.8125"},
		{"provider": "xai", "multiplier": "0.8125"}]}`))
	require.NoError(t, err)
	merged, err := pricing.Default().With(over)
	require.NoError(t, err)
	got := merged.Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5", Start: identityTime, Usage: usage.Counts{usage.Input: 1_000_000, usage.WebSearches: 1000}})
	assert.Equal(t, "10.265625", got.Amount.String())
}

func TestOverrides_CommitmentsAreListedForEveryMonthTheyTouch(t *testing.T) {
	catalogue := overridden(t)
	names := func(month time.Time) []string {
		var names []string
		for _, c := range catalogue.Commitments(month) {
			names = append(names, c.Name+" "+c.Monthly.String())
		}
		return names
	}
	assert.Empty(t, names(day(2025, 12, 31)))
	assert.Equal(t, []string{"Provisioned throughput 12000"}, names(day(2026, 1, 1)))
	assert.Equal(t, []string{"Provisioned throughput 12000"}, names(day(2026, 6, 30)))
	assert.Empty(t, names(day(2026, 7, 1)))
	c := catalogue.Commitments(day(2026, 1, 1))[0]
	assert.True(t, c.CoversModel("azure-openai", "gpt-4o-2024-08-06"))
	assert.False(t, c.CoversModel("azure-openai", "gpt-5-mini"))
	assert.False(t, c.CoversModel("openai", "gpt-4o"))
}

func TestOverrides_SpreadSharesAddUpToTheAmount(t *testing.T) {
	weights := []udecimal.Decimal{udecimal.MustParse("1"), udecimal.MustParse("1"), udecimal.MustParse("1.000001"), {}}
	shares, err := pricing.Spread(udecimal.MustParse("12000.01"), weights)
	require.NoError(t, err)
	total := udecimal.Decimal{}
	for _, share := range shares {
		total = total.Add(share)
	}
	assert.Equal(t, "12000.01", total.String())
	assert.True(t, shares[3].IsZero())
	assert.True(t, shares[2].GreaterThan(shares[0]))

	none, err := pricing.Spread(udecimal.MustParse("1"), []udecimal.Decimal{{}, {}})
	require.NoError(t, err)
	assert.Nil(t, none)

	_, err = pricing.Spread(udecimal.MustParse("1"), []udecimal.Decimal{udecimal.MustParse("-1")})
	assert.ErrorContains(t, err, "weights[0]: -1 is negative")
}

func TestOverrides_AGatewayIsKnownByItsAddressInEveryForm(t *testing.T) {
	catalogue, err := pricing.Default().WithGateways("[fd00::7]:8080", "10.1.2.3:4000", "*.llm.internal")
	require.NoError(t, err)
	for _, address := range []string{"fd00::7", "[fd00::7]", "[fd00::7]:443", "10.1.2.3", "10.1.2.3:80", "a.llm.internal:8000"} {
		result := catalogue.Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5-mini", ServerAddress: address, Start: identityTime, Usage: usage.Counts{usage.Input: 1}})
		assert.Equal(t, pricing.Priced, result.Status, address)
	}
	result := catalogue.Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5-mini", ServerAddress: "[fd00::8]:8080", Start: identityTime, Usage: usage.Counts{usage.Input: 1}})
	assert.True(t, result.Flags.Has(pricing.GatewayAssumed), "another private address")
}

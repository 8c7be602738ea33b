package pricing_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// claudeCode is a call that Claude Code reports with the amount 0.0904565, which
// only writes that are kept for an hour come to:
// 2 x 5 + 4 x 25 + 15273 x 0.5 + 8271 x 10, per million.
func claudeCode() pricing.Call {
	return pricing.Call{
		Provider: "anthropic", RequestModel: "claude-opus-5", Speed: "normal",
		Start: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC),
		Usage: usage.Counts{usage.Input: 2 + 15273 + 8271, usage.Output: 4, usage.CacheRead: 15273, usage.CacheWrite: 8271},
	}
}

func stating(c pricing.Call, amount string) *pricing.Call {
	d := udecimal.MustParse(amount)
	c.VendorCost = &d
	return &c
}

func TestPrice_VendorCostSettlesAnOpenTerm(t *testing.T) {
	c := claudeCode()
	got := pricing.Default().Price(&c)
	assert.Equal(t, "0.05944025", got.Amount.String(), "nothing stated: the vendor's default")
	assert.True(t, got.Flags.Has(pricing.CacheTTLAssumed))

	for name, amount := range map[string]string{"exact": "0.0904565", "added in binary": "0.09045649999999999"} {
		got = pricing.Default().Price(stating(c, amount))
		assert.Equal(t, "0.0904565", got.Amount.String(), name)
		assert.True(t, got.Flags.Has(pricing.VendorCostSettled), name)
		assert.False(t, got.Flags.Has(pricing.CacheTTLAssumed), name)
	}

	for name, amount := range map[string]string{"no reading": "0.08", "zero": "0", "negative": "-0.0904565", "the default itself": "0.05944025"} {
		got = pricing.Default().Price(stating(c, amount))
		assert.Equal(t, "0.05944025", got.Amount.String(), name)
		assert.False(t, got.Flags.Has(pricing.VendorCostSettled), name)
	}

	split := c
	split.Usage[usage.CacheWrite5m] = 8271
	got = pricing.Default().Price(stating(split, "0.0904565"))
	assert.Equal(t, "0.05944025", got.Amount.String(), "what the vendor counted is not open")
}

func TestPrice_VendorCostSettlesTheTier(t *testing.T) {
	c := pricing.Call{
		Provider: "openai", RequestModel: "gpt-5", Start: identityTime,
		Usage: usage.Counts{usage.Input: 10000, usage.Output: 1000},
	}
	flex := c
	flex.ServedTier = "flex"
	want := pricing.Default().Price(&flex)
	got := pricing.Default().Price(stating(c, want.Amount.String()))
	assert.Equal(t, "0.01125", got.Amount.String())
	assert.True(t, want.Amount.Equal(got.Amount))

	served := c
	served.ServedTier = "default"
	got = pricing.Default().Price(stating(served, want.Amount.String()))
	assert.False(t, want.Amount.Equal(got.Amount), "the vendor said which tier it served")
}

func TestPrice_ResellersChargeWins(t *testing.T) {
	c := pricing.Call{
		Provider: "openrouter", RequestModel: "anthropic/claude-sonnet-4.5", Start: identityTime,
		Usage: usage.Counts{usage.Input: 1000, usage.Output: 100},
	}
	got := pricing.Default().Price(stating(c, "0.000014"))
	assert.Equal(t, "0.000014", got.Amount.String())
	assert.True(t, got.Flags.Has(pricing.VendorCostUsed))

	got = pricing.Default().Price(stating(pricing.Call{Provider: "openai", RequestModel: "gpt-4o", Start: identityTime, Usage: c.Usage}, "0.000014"))
	assert.Equal(t, "0.0035", got.Amount.String(), "a maker has a list")

	for _, provider := range []string{"perplexity", "x_ai"} {
		got = pricing.Default().Price(stating(pricing.Call{Provider: provider, RequestModel: "not-listed-yet", Start: identityTime, Usage: c.Usage}, "0.25"))
		assert.Equal(t, "0.25", got.Amount.String(), provider)
		assert.True(t, got.Flags.Has(pricing.VendorCostUsed), provider)
	}
}

func TestPrice_RefusalWithoutOutputIsFree(t *testing.T) {
	c := pricing.Call{
		Provider: "anthropic", RequestModel: "claude-opus-4-8", Start: identityTime, Refused: true,
		Usage: usage.Counts{usage.Input: 50_000},
	}
	got := pricing.Default().Price(&c)
	assert.Equal(t, pricing.Priced, got.Status)
	assert.True(t, got.Amount.IsZero())
	assert.True(t, got.Flags.Has(pricing.NotBilled))

	c.Usage[usage.Output] = 1
	assert.Equal(t, "0.250025", pricing.Default().Price(&c).Amount.String(), "refused in the middle")
	c.Usage[usage.Output], c.Refused = 0, false
	assert.Equal(t, "0.25", pricing.Default().Price(&c).Amount.String())
}

func TestPrice_StatedCostOfZero(t *testing.T) {
	c := pricing.Call{
		Provider: "openai", RequestModel: "gpt-5", Start: identityTime,
		Usage: usage.Counts{usage.Input: 10000, usage.Output: 1000},
	}
	list := pricing.Default().Price(&c).Amount.String()
	got := pricing.Default().Price(stating(c, "0"))
	assert.Equal(t, list, got.Amount.String(), "a stream, or telemetry of others")
	assert.True(t, got.Flags.Has(pricing.VendorCostZero))
	assert.False(t, got.Flags.Has(pricing.VendorCostUsed))

	c.VendorCostFinal = true
	for _, zero := range []string{"0", "0.000"} {
		got = pricing.Default().Price(stating(c, zero))
		assert.Equal(t, pricing.Priced, got.Status)
		assert.True(t, got.Amount.IsZero(), "a whole answer")
		assert.True(t, got.Flags.Has(pricing.VendorCostZero|pricing.VendorCostUsed))
		require.Len(t, got.Lines, 1)
		assert.Equal(t, "vendor_cost", got.Lines[0].Kind)
	}
	got = pricing.Default().Price(stating(c, "0.01"))
	assert.Equal(t, list, got.Amount.String())
	assert.False(t, got.Flags.Has(pricing.VendorCostZero))

	for name, unknown := range map[string]pricing.Call{
		"a model without a row": {Provider: "openai", RequestModel: "no-such-model"},
		"a server of one's own": {Provider: "vllm", RequestModel: "llama", ServerAddress: "10.0.0.1"},
	} {
		unknown.Start, unknown.Usage, unknown.VendorCostFinal = identityTime, c.Usage, true
		got = pricing.Default().Price(stating(unknown, "0"))
		assert.Equal(t, pricing.Unpriced, got.Status, "%s: 0 is no price", name)
		assert.True(t, got.Flags.Has(pricing.VendorCostZero), name)
	}

	refused := pricing.Call{Provider: "openai", RequestModel: "gpt-5", Start: identityTime, NoUsage: true, Failed: true, VendorCostFinal: true}
	got = pricing.Default().Price(stating(refused, "0"))
	assert.Equal(t, pricing.NotBilled, got.Flags, "an error answer, which costs nothing anyway")
}

package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// A model that only its maker sells is the maker's, whatever address it is
// reached at and regardless of the caller calls the vendor.
func TestPrice_GatewayAssumed(t *testing.T) {
	counts := usage.Counts{usage.Input: 1000, usage.Output: 100}
	for _, tt := range []struct{ provider, model, address, maker string }{
		{"openai", "gpt-4o", "localhost", "openai"},
		{"openai", "gpt-4o", "10.1.2.3:8000", "openai"},
		{"openai", "claude-sonnet-4-5", "litellm", "anthropic"},
		{"openai", "anthropic/claude-sonnet-4-5", "litellm", "anthropic"},
		{"openai", "gemini-2.5-flash", "gateway.internal", "google"},
		{"anthropic", "claude-opus-4-8", "127.0.0.1:4000", "anthropic"},
		{"litellm", "gpt-4o", "llm.example.com", "openai"},
		{"litellm", "gpt-4o", "", "openai"},
		{"_OTHER", "gpt-4o", "llm.example.com", "openai"},
		{"", "grok-3", "llm.example.com", "xai"},
	} {
		t.Run(tt.provider+" "+tt.model+" "+tt.address, func(t *testing.T) {
			got := pricing.Default().Price(&pricing.Call{Provider: tt.provider, RequestModel: tt.model, ServerAddress: tt.address, Start: identityTime, Usage: counts})
			want := pricing.Default().Price(&pricing.Call{Provider: tt.maker, RequestModel: got.Model, Start: identityTime, Usage: counts})
			require.Equal(t, pricing.Priced, want.Status, want.Reason)
			assert.Equal(t, pricing.Priced, got.Status, got.Reason)
			assert.Equal(t, want.Amount, got.Amount)
			assert.Equal(t, tt.maker, got.Provider)
			assert.True(t, got.Flags.Has(pricing.GatewayAssumed))
			assert.False(t, want.Flags.Has(pricing.GatewayAssumed))
		})
	}
}

func TestPrice_SelfHosted(t *testing.T) {
	own, err := pricing.Default().WithSelfHosted("*.gpu.internal")
	require.NoError(t, err)
	call := pricing.Call{Provider: "openai", RequestModel: "gpt-4o", ServerAddress: "a.gpu.internal:8000", Start: identityTime, Usage: usage.Counts{usage.Input: 1}}
	got := own.Price(&call)
	assert.Equal(t, pricing.SelfHosted, got.Reason)
	assert.Equal(t, "a.gpu.internal", got.Detail)
	call.ServerAddress = "b.internal"
	assert.Equal(t, pricing.Priced, own.Price(&call).Status)

	_, err = pricing.Default().WithSelfHosted("a b")
	assert.ErrorContains(t, err, `"a b" is not a host name or address`)
}

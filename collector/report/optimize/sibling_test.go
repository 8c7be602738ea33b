package optimize

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestSiblings_AreInTheCatalogueAndCheaper(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	usage := usage.Counts{usage.Input: 1000, usage.Output: 300}
	price := func(model string) pricing.Result {
		for _, provider := range []string{"openai", "anthropic", "gcp.gemini"} {
			if r := pricing.Default().Price(&pricing.Call{Provider: provider, ResponseModel: model, Start: at, Usage: usage}); r.HasAmount() {
				return r
			}
		}
		return pricing.Result{}
	}
	for _, sibling := range smaller {
		found := price(sibling)
		assert.True(t, found.HasAmount(), "%s is in no price list", sibling)
	}
	for _, model := range []string{"gpt-5-2025-08-07", "gpt-4o-2024-08-06", "claude-sonnet-4-5-20250929", "claude-3-5-sonnet-20241022", "gemini-2.5-pro"} {
		sibling, ok := siblingOf(model)
		assert.True(t, ok, model)
		assert.True(t, price(sibling).Amount.LessThan(price(model).Amount), "%s is no saving on %s", sibling, model)
	}
}

func TestSiblings_OnlyADateFollowsTheFamily(t *testing.T) {
	for _, model := range []string{"gpt-4o-audio-preview-2024-12-17", "gpt-5-codex", "ft:gpt-4o", "", "acme-claims-7b", "gpt-5-chat-latest"} {
		_, ok := siblingOf(model)
		assert.False(t, ok, model)
	}
}

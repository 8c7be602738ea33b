package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openRouter reads the export of OpenRouter itself (openrouter.ai/docs/
// guides/features/broadcast): a span of each request with the counts and its charge,
// and below it spans of the attempts, which are no calls of their own. It names the
// maker of the model as the provider; the seller is OpenRouter.
func openRouter() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "openrouter",
		Signals: []dialect.Signal{
			{Scope: "openrouter"},
		},
		Attributes: []dialect.Mapping{
			{From: "span.type", To: dialect.RoleHint},
			{From: "gen_ai.usage.total_cost", To: dialect.VendorAmount},
			{From: "gen_ai.usage.input_tokens.cache_write_5m", To: dialect.CacheWrite5m},
			{From: "gen_ai.usage.input_tokens.cache_write_1h", To: dialect.CacheWrite1h},
			{From: "gen_ai.response.finish_reason", To: dialect.FinishReasons},
			{From: "trace.metadata.openrouter.first_token_ms", To: dialect.FirstChunkMillis},
			{From: "user.id", To: dialect.UserID},
		},
		Roles: map[string]string{
			"generation": semconv.RoleLLM,
			"span":       semconv.RoleOther,
		},
		Seller: semconv.ProviderOpenRouter,
		Claim:  semconv.ClaimServer,
		Tags: []dialect.TagMapping{
			{From: "trace.metadata.openrouter.api_key_name", Tag: "api_key"},
			{From: "trace.metadata.openrouter.provider_name", Tag: "upstream"},
		},
		Content: []string{"gen_ai.prompt", "gen_ai.completion", "span.input", "span.output", "trace.input", "trace.output"},
	}
}

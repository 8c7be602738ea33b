package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// claudeAPI is the spans Anthropic's API sends itself: platform.claude.com/docs,
// api/opentelemetry/spans. They are the vendor's side of a call, with a span for
// each run of a model inside it.
func claudeAPI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "claude-api",
		Signals: []dialect.Signal{
			{Scope: "com.anthropic.claude-platform"},
			{Service: "claude-platform", Families: dialect.FamilyGenAI | dialect.FamilyAnthropic},
		},
		Attributes: []dialect.Mapping{
			{From: "anthropic.request.id", To: dialect.VendorRequestID},
			{From: "anthropic.workspace.id", To: dialect.CostCenter},
			{From: "anthropic.usage.cache_creation.ephemeral_5m_input_tokens", To: dialect.CacheWrite5m},
			{From: "anthropic.usage.cache_creation.ephemeral_1h_input_tokens", To: dialect.CacheWrite1h},
			{From: "anthropic.usage.server_tool_use.web_search_requests", To: dialect.WebSearches},
			{From: "anthropic.response.service_tier", To: dialect.ResponseServiceTier},
			{From: "anthropic.message.stop_reason", To: dialect.FinishReasons},
		},
		Names: []dialect.NameRule{
			{Prefix: "anthropic.tool_use", Role: semconv.RoleTool},
		},
		Claim:    semconv.ClaimServer,
		Provider: semconv.ProviderAnthropic,
	}
}

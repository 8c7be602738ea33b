package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// claudeAttributes and claudeNames are those of Anthropic's SDKs and of its API.
var (
	claudeAttributes = []dialect.Mapping{
		{From: "anthropic.request.id", To: dialect.VendorRequestID},
		{From: "anthropic.workspace.id", To: dialect.CostCenter},
		{From: "anthropic.usage.cache_creation.ephemeral_5m_input_tokens", To: dialect.CacheWrite5m},
		{From: "anthropic.usage.cache_creation.ephemeral_1h_input_tokens", To: dialect.CacheWrite1h},
		{From: "anthropic.usage.server_tool_use.web_search_requests", To: dialect.WebSearches},
		{From: "anthropic.response.service_tier", To: dialect.ResponseServiceTier},
		{From: "anthropic.message.stop_reason", To: dialect.FinishReasons},
	}
	claudeNames = []dialect.NameRule{{Prefix: "anthropic.tool_use", Role: semconv.RoleTool}}
)

// claudeSDK is the spans of Anthropic's own SDKs: platform.claude.com/docs, api/
// opentelemetry/spans. They follow the current conventions.
func claudeSDK() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "claude-sdk",
		Signals: []dialect.Signal{
			{ScopePrefix: "com.anthropic.sdk."},
		},
		Attributes: claudeAttributes,
		Names:      claudeNames,
		Claim:      semconv.ClaimClient,
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// claudeSDK is the spans of Anthropic's own SDKs: platform.claude.com/docs, api/
// opentelemetry/spans. They follow the current conventions.
func claudeSDK() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "claude-sdk",
		Signals: []dialect.Signal{
			{ScopePrefix: "com.anthropic.sdk."},
		},
		Attributes: []dialect.Mapping{
			{From: "anthropic.request.id", To: dialect.VendorRequestID},
			{From: "anthropic.workspace.id", To: dialect.CostCenter},
		},
		Names: []dialect.NameRule{
			{Prefix: "anthropic.tool_use", Role: semconv.RoleTool},
		},
		Claim: semconv.ClaimClient,
	}
}

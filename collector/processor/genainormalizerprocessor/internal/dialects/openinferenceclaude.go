package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openInferenceClaude is OpenInference's instrumentation of the Claude Agent SDK,
// where the AGENT span is the only carrier of usage and counts without the cache.
func openInferenceClaude() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "openinference-claude-agent-sdk",
		Signals: []dialect.Signal{
			{ScopePrefix: "openinference.instrumentation.claude_agent_sdk"},
			{ScopePrefix: "@arizeai/openinference-instrumentation-claude-agent-sdk"},
		},
		Claim:         semconv.ClaimFramework,
		Attributes:    openInferenceAttributes(),
		Roles:         openInferenceRoles,
		Provider:      semconv.ProviderAnthropic,
		Agents:        dialect.AgentsSole,
		CacheExcluded: dialect.ShapeAnthropic | dialect.ShapeConverse,
		Content:       openInferenceContent,
	}
}

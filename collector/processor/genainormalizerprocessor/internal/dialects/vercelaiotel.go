package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// vercelAIOTel is @ai-sdk/otel, the Vercel AI SDK's telemetry in the current
// conventions: packages/otel/src/open-telemetry.ts of vercel/ai. It puts metrics
// on spans as attributes, in seconds; agent runs add up their steps.
func vercelAIOTel() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "vercel-ai-otel",
		Signals: []dialect.Signal{
			{Scope: "gen_ai"},
			{ScopePrefix: "@ai-sdk/"},
			{Families: dialect.FamilyMetricAsAttr},
		},
		Attributes: []dialect.Mapping{
			{From: "gen_ai.client.operation.time_to_first_chunk", To: dialect.TimeToFirstChunk},
			{From: "gen_ai.client.operation.duration", To: dialect.Ignored},
			{From: "ai.settings.context.userId", To: dialect.UserID},
			{From: "ai.settings.context.sessionId", To: dialect.ConversationID},
		},
		Claim:  semconv.ClaimFramework,
		Agents: dialect.AgentsRepeat,
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openCode is OpenCode with the plugin opencode-plugin-otel: src/handlers/
// message.ts. Its spans follow OpenInference and its records Claude Code, and a
// record is inside its span. Input, cache reads and writes, output and reasoning
// are counted apart. OpenCode without the plugin is the Vercel AI SDK.
func openCode() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "opencode",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyCodingAgent, NamePrefix: "opencode."},
			{Scope: "com.opencode", Families: dialect.FamilyOpenInference},
		},
		Attributes: append([]dialect.Mapping{
			{From: "model", To: dialect.RequestModel},
			{From: "provider", To: dialect.Provider},
			{From: "input_tokens", To: dialect.Input},
			{From: "output_tokens", To: dialect.Output},
			{From: "reasoning_tokens", To: dialect.Reasoning},
			{From: "cache_read_tokens", To: dialect.CacheRead},
			{From: "cache_creation_tokens", To: dialect.CacheWrite},
			{From: "cost_usd", To: dialect.VendorAmount},
			{From: "session.id", To: dialect.ConversationID},
		}, openInferenceAttributes()...),
		Tags: []dialect.TagMapping{
			{From: "agent.type", Tag: "query_source"},
		},
		Roles: openInferenceRoles,
		Names: []dialect.NameRule{
			{Prefix: "opencode.api", Role: semconv.RoleLLM},
			{Prefix: "opencode.llm", Role: semconv.RoleLLM},
			{Prefix: "opencode.tool", Role: semconv.RoleTool},
			{Prefix: "opencode.session", Role: semconv.RoleAgent},
			{Prefix: "opencode.", Role: semconv.RoleOther},
		},
		Claim:             semconv.ClaimFramework,
		Agents:            dialect.AgentsRepeat,
		CacheExcluded:     dialect.ShapeAnthropic | dialect.ShapeConverse | dialect.ShapeGemini | dialect.ShapeOpenAI,
		ReasoningExcluded: dialect.ShapeAnthropic | dialect.ShapeConverse | dialect.ShapeGemini | dialect.ShapeOpenAI,
		Content:           openInferenceContent,
	}
}

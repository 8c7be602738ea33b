package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// vercelAI is the Vercel AI SDK's ai.* telemetry: content/docs/03-ai-sdk-core/
// 60-telemetry.mdx and packages/otel/src/legacy-open-telemetry.ts of vercel/ai.
// ai.generateText and its siblings wrap one or more doGenerate, doStream or
// doEmbed spans, which are the calls.
func vercelAI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "vercel-ai",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyAI},
		},
		Attributes: []dialect.Mapping{
			{From: "ai.operationId", To: dialect.RoleHint},
			{From: "operation.name", To: dialect.RoleHint},
			{From: "ai.model.id", To: dialect.RequestModel},
			{From: "ai.model.provider", To: dialect.Provider},
			{From: "ai.response.model", To: dialect.ResponseModel},
			{From: "ai.response.id", To: dialect.ResponseID},
			{From: "ai.response.finishReason", To: dialect.FinishReasons},
			{From: "ai.usage.inputTokens", To: dialect.Input},
			{From: "ai.usage.promptTokens", To: dialect.Input},
			{From: "ai.usage.tokens", To: dialect.Input},
			{From: "ai.usage.outputTokens", To: dialect.Output},
			{From: "ai.usage.completionTokens", To: dialect.Output},
			{From: "ai.usage.totalTokens", To: dialect.Total},
			{From: "ai.usage.inputTokenDetails.noCacheTokens", To: dialect.UncachedInput},
			{From: "ai.usage.inputTokenDetails.cacheReadTokens", To: dialect.CacheRead},
			{From: "ai.usage.cachedInputTokens", To: dialect.CacheRead},
			{From: "ai.usage.inputTokenDetails.cacheWriteTokens", To: dialect.CacheWrite},
			{From: "ai.usage.outputTokenDetails.reasoningTokens", To: dialect.Reasoning},
			{From: "ai.usage.reasoningTokens", To: dialect.Reasoning},
			{From: "ai.response.providerMetadata", JSON: []dialect.Member{
				{Path: "openai.cachedPromptTokens", To: dialect.CacheRead},
				{Path: "openai.reasoningTokens", To: dialect.Reasoning},
				{Path: "openai.serviceTier", To: dialect.ResponseServiceTier},
				{Path: "anthropic.usage.cache_read_input_tokens", To: dialect.CacheRead},
				{Path: "anthropic.cacheReadInputTokens", To: dialect.CacheRead},
				{Path: "anthropic.usage.cache_creation_input_tokens", To: dialect.CacheWrite},
				{Path: "anthropic.cacheCreationInputTokens", To: dialect.CacheWrite},
				{Path: "anthropic.usage.cache_creation.ephemeral_5m_input_tokens", To: dialect.CacheWrite5m},
				{Path: "anthropic.usage.cache_creation.ephemeral_1h_input_tokens", To: dialect.CacheWrite1h},
				{Path: "anthropic.usage.server_tool_use.web_search_requests", To: dialect.WebSearches},
				{Path: "bedrock.usage.cacheReadInputTokens", To: dialect.CacheRead},
				{Path: "bedrock.usage.cacheWriteInputTokens", To: dialect.CacheWrite},
			}},
			{From: "ai.response.msToFirstChunk", To: dialect.FirstChunkMillis},
			{From: "ai.stream.msToFirstChunk", To: dialect.FirstChunkMillis},
			{From: "ai.settings.maxOutputTokens", To: dialect.MaxTokens},
			{From: "ai.settings.maxTokens", To: dialect.MaxTokens},
			{From: "ai.settings.temperature", To: dialect.Temperature},
			{From: "ai.telemetry.functionId", To: dialect.AgentName},
			{From: "resource.name", To: dialect.AgentName},
			{From: "ai.toolCall.name", To: dialect.ToolName},
			{From: "ai.toolCall.id", To: dialect.ToolCallID},
			{From: "ai.telemetry.metadata.userId", To: dialect.UserID},
			{From: "ai.settings.context.userId", To: dialect.UserID},
			{From: "ai.telemetry.metadata.sessionId", To: dialect.ConversationID},
			{From: "ai.settings.context.sessionId", To: dialect.ConversationID},
			{From: "ai.telemetry.metadata.department", To: dialect.Department},
			{From: "ai.telemetry.metadata.application", To: dialect.Application},
			{From: "ai.telemetry.metadata.team", To: dialect.Team},
			{From: "ai.telemetry.metadata.costCenter", To: dialect.CostCenter},
		},
		Roles: map[string]string{
			"ai.generatetext.dogenerate":   semconv.RoleLLM,
			"ai.streamtext.dostream":       semconv.RoleLLM,
			"ai.generateobject.dogenerate": semconv.RoleLLM,
			"ai.streamobject.dostream":     semconv.RoleLLM,
			"ai.embed.doembed":             semconv.RoleEmbeddings,
			"ai.embedmany.doembed":         semconv.RoleEmbeddings,
			"ai.rerank.dorerank":           semconv.RoleRerank,
			"ai.toolcall":                  semconv.RoleTool,
			"ai.generatetext":              semconv.RoleAgent,
			"ai.streamtext":                semconv.RoleAgent,
			"ai.generateobject":            semconv.RoleAgent,
			"ai.streamobject":              semconv.RoleAgent,
			"ai.embed":                     semconv.RoleWorkflow,
			"ai.embedmany":                 semconv.RoleWorkflow,
			"ai.rerank":                    semconv.RoleWorkflow,
		},
		Claim:  semconv.ClaimFramework,
		Agents: dialect.AgentsRepeat, // the doX spans are always there
		Drop:   []string{"ai.request.headers."},
		Content: []string{
			"ai.prompt", "ai.response.text", "ai.response.toolCalls", "ai.response.object", "ai.response.reasoning",
			"ai.toolCall.args", "ai.toolCall.result", "ai.value", "ai.values", "ai.embedding", "ai.embeddings",
		},
	}
}

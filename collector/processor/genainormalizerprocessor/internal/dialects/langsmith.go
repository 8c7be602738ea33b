package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// langSmith is LangSmith's exporter: python/langsmith/_internal/otel/_otel_exporter.py
// of langsmith-sdk. Its gen_ai.operation.name maps retrievers to embeddings and
// prompts to chat, so only langsmith.span.kind is believed. Chains repeat the
// usage of their model runs.
func langSmith() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "langsmith",
		Signals: []dialect.Signal{
			{Scope: "langsmith"},
			{Families: dialect.FamilyLangSmith},
		},
		Attributes: []dialect.Mapping{
			{From: "langsmith.span.kind", To: dialect.RoleHint},
			{From: "gen_ai.operation.name", To: dialect.Ignored},
			{From: "gen_ai.usage.input_token_details", JSON: []dialect.Member{
				{Path: "cache_read", To: dialect.CacheRead},
				{Path: "cache_creation", To: dialect.CacheWrite},
				{Path: "audio", To: dialect.AudioInput},
			}},
			{From: "gen_ai.usage.output_token_details", JSON: []dialect.Member{
				{Path: "reasoning", To: dialect.Reasoning},
				{Path: "audio", To: dialect.AudioOutput},
			}},
			{From: "langsmith.usage_metadata", JSON: []dialect.Member{
				{Path: "input_tokens", To: dialect.Input},
				{Path: "output_tokens", To: dialect.Output},
				{Path: "total_tokens", To: dialect.Total},
				{Path: "input_token_details.cache_read", To: dialect.CacheRead},
				{Path: "input_token_details.cache_creation", To: dialect.CacheWrite},
				{Path: "input_token_details.ephemeral_5m_input_tokens", To: dialect.CacheWrite5m},
				{Path: "input_token_details.ephemeral_1h_input_tokens", To: dialect.CacheWrite1h},
				{Path: "output_token_details.reasoning", To: dialect.Reasoning},
			}},
			{From: "langsmith.metadata.ls_model_name", To: dialect.RequestModel},
			{From: "langsmith.metadata.ls_provider", To: dialect.Provider},
			{From: "langsmith.metadata.thread_id", To: dialect.ConversationID},
			{From: "langsmith.metadata.session_id", To: dialect.ConversationID},
			{From: "langsmith.metadata.conversation_id", To: dialect.ConversationID},
			{From: "langsmith.metadata.user_id", To: dialect.UserID},
			{From: "langsmith.metadata.department", To: dialect.Department},
			{From: "langsmith.metadata.application", To: dialect.Application},
			{From: "langsmith.metadata.team", To: dialect.Team},
			{From: "langsmith.metadata.cost_center", To: dialect.CostCenter},
			{From: "langsmith.metadata.langgraph_node", To: dialect.StepName},
			{From: "langsmith.trace.name", To: dialect.EntityName},
		},
		Roles: map[string]string{
			"llm":       semconv.RoleLLM,
			"tool":      semconv.RoleTool,
			"retriever": semconv.RoleRetrieval,
			"embedding": semconv.RoleEmbeddings,
			"chain":     semconv.RoleWorkflow,
			"agent":     semconv.RoleAgent,
			"prompt":    semconv.RoleOther,
			"parser":    semconv.RoleOther,
		},
		Claim:   semconv.ClaimFramework,
		Agents:  dialect.AgentsRepeat,
		Content: []string{"gen_ai.prompt", "gen_ai.completion", "gen_ai.serialized."},
	}
}

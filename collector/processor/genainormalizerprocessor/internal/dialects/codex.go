package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// codex is the Codex command line agent: codex-rs/otel of openai/codex. It reports a
// call as the record codex.sse_event of kind response.completed, and a failed
// attempt as codex.api_request; numbers may arrive as text.
func codex() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "codex",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyCodingAgent, NamePrefix: "codex."},
		},
		Attributes: []dialect.Mapping{
			{From: "model", To: dialect.RequestModel},
			{From: "slug", To: dialect.ResponseModel},
			{From: "input_token_count", To: dialect.Input},
			{From: "output_token_count", To: dialect.Output},
			{From: "cached_token_count", To: dialect.CacheRead},
			{From: "cache_write_token_count", To: dialect.CacheWrite},
			{From: "reasoning_token_count", To: dialect.Reasoning},
			{From: "response_id", To: dialect.ResponseID},
			{From: "conversation.id", To: dialect.ConversationID},
			{From: "user.email", To: dialect.UserID},
			{From: "user.account_id", To: dialect.UserID},
			{From: "http.response.status_code", To: dialect.HTTPStatus},
			{From: "ttft_ms", To: dialect.FirstChunkMillis},
			{From: "tool_name", To: dialect.ToolName},
		},
		Names: []dialect.NameRule{
			{Prefix: "codex.sse_event", Role: semconv.RoleLLM},
			{Prefix: "codex.api_request", Role: semconv.RoleLLM},
			{Prefix: "codex.tool_result", Role: semconv.RoleTool},
			{Prefix: "codex.", Role: semconv.RoleOther},
		},
		Claim:    semconv.ClaimFramework,
		Provider: semconv.ProviderOpenAI,
		Content:  []string{"prompt", "arguments", "output"},
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// geminiCLI is the Gemini command line agent: docs/cli/telemetry.md and
// packages/core/src/telemetry of gemini-cli. Output leaves thoughts out, and tool
// results are next to the input where the total says so. A call is a record and,
// with traces, a span llm_call, which counts neither thoughts nor the cache.
// Streamed answers are recorded outside their span, and neither has the vendor's
// id: the session, the prompt and the counts tell which two are one call.
func geminiCLI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "gemini-cli",
		Signals: []dialect.Signal{
			{Service: "gemini-cli", Families: dialect.FamilyGenAI},
			{Scope: "gemini-cli", Families: dialect.FamilyGenAI},
			{Families: dialect.FamilyCodingAgent, NamePrefix: "gemini_cli."},
		},
		Attributes: []dialect.Mapping{
			{From: "model", To: dialect.RequestModel},
			{From: "input_token_count", To: dialect.Input},
			{From: "output_token_count", To: dialect.Output},
			{From: "cached_content_token_count", To: dialect.CacheRead},
			{From: "thoughts_token_count", To: dialect.Reasoning},
			{From: "tool_token_count", To: dialect.ToolInput},
			{From: "total_token_count", To: dialect.Total},
			{From: "session.id", To: dialect.ConversationID},
			{From: "prompt_id", To: dialect.PromptName},
			{From: "user.email", To: dialect.UserID},
			{From: "status_code", To: dialect.HTTPStatus},
			{From: "function_name", To: dialect.ToolName},
			{From: "error_type", To: dialect.ErrorType},
		},
		Names: []dialect.NameRule{
			{Prefix: "gemini_cli.api_response", Role: semconv.RoleLLM},
			{Prefix: "gemini_cli.api_error", Role: semconv.RoleLLM},
			{Prefix: "gemini_cli.tool_call", Role: semconv.RoleTool},
			{Prefix: "gemini_cli.", Role: semconv.RoleOther},
		},
		Tags: []dialect.TagMapping{
			{From: "role", Tag: "query_source"},
			{From: "mcp_server_name", Tag: "mcp_server"},
		},
		Claim:             semconv.ClaimFramework,
		Recorded:          true,
		CallID:            []dialect.Field{dialect.ConversationID, dialect.PromptName, dialect.Input, dialect.Output},
		Provider:          semconv.ProviderGemini,
		ReasoningExcluded: dialect.ShapeGemini,
		Content:           []string{"prompt", "response_text", "request_text", "function_args"},
	}
}

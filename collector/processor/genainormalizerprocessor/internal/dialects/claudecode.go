package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// claudeCode is the Claude Code command line agent and what the Claude Agent SDK
// forwards of it: code.claude.com/docs/en/monitoring-usage. Spans and api_request
// records describe the same calls; input, cache reads and cache writes are
// counted apart. The command line tool does not report the vendor's message id,
// so the request id identifies the answer. Only the record has the amount, which
// tells how long cache writes are kept.
func claudeCode() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "claude-code",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyCodingAgent, NamePrefix: "claude_code."},
		},
		Attributes: []dialect.Mapping{
			{From: "model", To: dialect.RequestModel},
			{From: "gen_ai.system", To: dialect.Ignored}, // anthropic, on Bedrock and Vertex as well
			{From: "input_tokens", To: dialect.Input},
			{From: "output_tokens", To: dialect.Output},
			{From: "cache_read_tokens", To: dialect.CacheRead},
			{From: "cache_creation_tokens", To: dialect.CacheWrite},
			{From: "request_id", To: dialect.ResponseID},
			{From: "cost_usd", To: dialect.VendorAmount},
			{From: "ttft_ms", To: dialect.FirstChunkMillis},
			{From: "speed", To: dialect.Speed},
			{From: "user.email", To: dialect.UserID},
			{From: "user.account_uuid", To: dialect.UserID},
			{From: "status_code", To: dialect.HTTPStatus},
			{From: "tool_name", To: dialect.ToolName},
			{From: "agent.name", To: dialect.AgentName},
			{From: "effort", To: dialect.ReasoningLevel},
		},
		Tags: []dialect.TagMapping{
			{From: "query_source", Tag: "query_source"},
			{From: "skill.name", Tag: "skill"},
			{From: "plugin.name", Tag: "plugin"},
			{From: "mcp_server.name", Tag: "mcp_server"},
			{From: "mcp_tool.name", Tag: "mcp_tool"},
		},
		Names: []dialect.NameRule{
			{Prefix: "claude_code.llm_request", Role: semconv.RoleLLM},
			{Prefix: "claude_code.api_request", Role: semconv.RoleLLM},
			{Prefix: "claude_code.api_error", Role: semconv.RoleLLM},
			{Prefix: "claude_code.interaction", Role: semconv.RoleAgent},
			{Prefix: "claude_code.tool", Role: semconv.RoleTool},
			{Prefix: "claude_code.", Role: semconv.RoleOther},
		},
		Claim:         semconv.ClaimClient,
		Recorded:      true,
		Provider:      semconv.ProviderAnthropic,
		Agents:        dialect.AgentsRepeat,
		CacheExcluded: dialect.ShapeAnthropic | dialect.ShapeConverse | dialect.ShapeGemini | dialect.ShapeOpenAI,
		Content:       []string{"prompt", "user_prompt", "tool_input", "tool_parameters", "full_command", "response"},
	}
}

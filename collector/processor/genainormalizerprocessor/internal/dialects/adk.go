package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// adk is Google's Agent Development Kit: src/google/adk/telemetry/tracing.py of
// adk-python and internal/telemetry of adk-go. The Python side counts only the
// candidates as output; the answer it attaches has the rest.
func adk() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "google-adk",
		Signals: []dialect.Signal{
			{Scope: "gcp.vertex.agent"},
			{Families: dialect.FamilyADK},
		},
		Attributes: []dialect.Mapping{
			{From: "gcp.vertex.agent.session_id", To: dialect.ConversationID},
			{From: "gcp.vertex.agent.llm_response", JSON: []dialect.Member{
				{Path: "usage_metadata.prompt_token_count", To: dialect.Input},
				{Path: "usage_metadata.candidates_token_count", To: dialect.Output},
				{Path: "usage_metadata.total_token_count", To: dialect.Total},
				{Path: "usage_metadata.cached_content_token_count", To: dialect.CacheRead},
				{Path: "usage_metadata.thoughts_token_count", To: dialect.Reasoning},
				{Path: "usage_metadata.tool_use_prompt_token_count", To: dialect.ToolInput},
				{Path: "model_version", To: dialect.ResponseModel},
			}},
			{From: "gcp.vertex.agent.llm_request", JSON: []dialect.Member{
				{Path: "model", To: dialect.RequestModel},
			}},
			{From: "gcp.vertex.agent.data", To: dialect.Ignored},
		},
		Names: []dialect.NameRule{
			{Prefix: "call_llm", Role: semconv.RoleLLM},
			{Prefix: "generate_content", Role: semconv.RoleLLM},
			{Prefix: "invocation", Role: semconv.RoleWorkflow},
			{Prefix: "agent_run", Role: semconv.RoleAgent},
			{Prefix: "execute_tool (merged)", Role: semconv.RoleOther},
			{Prefix: "execute_tool", Role: semconv.RoleTool},
			{Prefix: "send_data", Role: semconv.RoleOther},
		},
		Claim:   semconv.ClaimFramework,
		Agents:  dialect.AgentsRepeat,
		Content: []string{"gcp.vertex.agent.llm_request", "gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_call_args", "gcp.vertex.agent.tool_response", "gcp.vertex.agent.data"},
	}
}

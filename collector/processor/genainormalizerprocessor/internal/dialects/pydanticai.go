package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// pydanticAI is Pydantic AI: pydantic_ai_slim/pydantic_ai/_instrumentation.py and
// models/instrumented.py. Agent runs carry gen_ai.aggregated_usage.*, or, in
// older versions, gen_ai.usage.*, either of which repeats the chat spans.
func pydanticAI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "pydantic-ai",
		Signals: []dialect.Signal{
			{Scope: "pydantic-ai"},
		},
		Attributes: []dialect.Mapping{
			{From: "agent_name", To: dialect.AgentName},
			{From: "tool_arguments", To: dialect.ToolArguments},
			{From: "tool_response", To: dialect.ToolResult},
			{From: "model_name", To: dialect.RequestModel},
		},
		Names: []dialect.NameRule{
			{Prefix: "agent run", Role: semconv.RoleAgent},
			{Prefix: "running tool", Role: semconv.RoleTool},
		},
		Claim:   semconv.ClaimFramework,
		Agents:  dialect.AgentsRepeat,
		Content: []string{"events", "all_messages_events", "pydantic_ai.all_messages", "final_result", "model_request_parameters"},
	}
}

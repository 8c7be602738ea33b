package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// agentFramework is Microsoft's Agent Framework: python/packages/core/agent_framework/
// observability.py of agent-framework, and the .NET source Experimental.Microsoft.
// Agents.AI. Agent spans add up their calls.
func agentFramework() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "agent-framework",
		Signals: []dialect.Signal{
			{ScopePrefix: "agent_framework"},
			{ScopePrefix: "Experimental.Microsoft.Agents.AI"},
			{ScopePrefix: "Experimental.Microsoft.Extensions.AI"},
		},
		Attributes: []dialect.Mapping{
			{From: "workflow.name", To: dialect.WorkflowName},
			{From: "executor.id", To: dialect.StepName},
		},
		Names: []dialect.NameRule{
			{Prefix: "workflow.run", Role: semconv.RoleWorkflow},
			{Prefix: "workflow.build", Role: semconv.RoleOther},
			{Prefix: "executor.process", Role: semconv.RoleStep},
			{Prefix: "message.send", Role: semconv.RoleOther},
			{Prefix: "edge_group.process", Role: semconv.RoleOther},
		},
		Claim:  semconv.ClaimFramework,
		Agents: dialect.AgentsRepeat,
	}
}

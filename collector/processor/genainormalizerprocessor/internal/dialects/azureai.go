package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// azureAI is the Azure SDKs for AI inference and agents. The usage of a service-side
// agent is on the spans that started or polled its run, which share the run's
// id, and nowhere else.
func azureAI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "azure-ai",
		Signals: []dialect.Signal{
			{ScopePrefix: "Azure.AI."},
			{ScopePrefix: "azure.ai."},
			{ScopePrefix: "azure-ai-"},
			{Families: dialect.FamilyAzure},
		},
		Attributes: []dialect.Mapping{
			{From: "gen_ai.thread.run.id", To: dialect.ResponseID},
		},
		Operations: map[string]string{
			"process_thread_run":  semconv.RoleAgent,
			"get_thread_run":      semconv.RoleAgent,
			"start_thread_run":    semconv.RoleAgent,
			"submit_tool_outputs": semconv.RoleAgent,
			"create_thread":       semconv.RoleOther,
			"create_message":      semconv.RoleOther,
			"list_messages":       semconv.RoleOther,
		},
		Claim:  semconv.ClaimClient,
		Agents: dialect.AgentsSole,
	}
}

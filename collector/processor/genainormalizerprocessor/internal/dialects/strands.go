package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// strands is AWS Strands Agents: src/strands/telemetry/tracer.py of sdk-python, and
// Bedrock AgentCore, which runs it. An agent's usage covers the lifetime of the
// Agent object and grows with every run. Times to the first token are in
// milliseconds. Releases since August 2026 count the cache in the input; the scope
// has no version, but Bedrock's total tells.
func strands() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "strands",
		Signals: []dialect.Signal{
			{Scope: "strands.telemetry.tracer"},
			{ScopePrefix: "strands."},
		},
		Attributes: []dialect.Mapping{
			{From: "gen_ai.server.time_to_first_token", To: dialect.FirstChunkMillis},
			{From: "gen_ai.agent.tools", To: dialect.Ignored},
			{From: "gen_ai.tool.status", To: dialect.Ignored},
		},
		Names: []dialect.NameRule{
			{Prefix: "execute_event_loop_cycle", Role: semconv.RoleStep},
		},
		Operations: map[string]string{
			"execute_event_loop_cycle": semconv.RoleStep,
			"invoke_multiagent":        semconv.RoleWorkflow,
			"invoke_swarm":             semconv.RoleWorkflow,
			"invoke_graph":             semconv.RoleWorkflow,
		},
		Claim:             semconv.ClaimFramework,
		Agents:            dialect.AgentsRepeat,
		CacheExcluded:     dialect.ShapeAnthropic | dialect.ShapeConverse,
		TotalOfVendor:     dialect.ShapeConverse,
		ReasoningExcluded: dialect.ShapeGemini,
	}
}

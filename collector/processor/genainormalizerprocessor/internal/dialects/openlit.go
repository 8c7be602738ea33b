package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openLIT is OpenLIT's SDKs: sdk/python/src/openlit/semcov/__init__.py of openlit.
// Its Anthropic and Bedrock counts leave the cache out.
func openLIT() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "openlit",
		Signals: []dialect.Signal{
			{Scope: "openlit.otel.tracing"},
			{SDK: "openlit", Families: dialect.FamilyGenAI},
			{Families: dialect.FamilyOpenLIT},
		},
		Attributes: []dialect.Mapping{
			{From: "gen_ai.application_name", To: dialect.Application},
			{From: "gen_ai.usage.cost", To: dialect.VendorAmount},
			{From: "gen_ai.server.time_to_first_token", To: dialect.TimeToFirstChunk},
			{From: "gen_ai.endpoint", To: dialect.Ignored},
		},
		Operations: map[string]string{
			"agent":     semconv.RoleAgent,
			"framework": semconv.RoleWorkflow,
			"vectordb":  semconv.RoleRetrieval,
			"task":      semconv.RoleStep,
		},
		Claim:         semconv.ClaimFramework,
		Agents:        dialect.AgentsRepeat, // CrewAI tasks and LangGraph runs copy their calls' counts
		CacheExcluded: dialect.ShapeAnthropic | dialect.ShapeConverse,
		Content:       []string{"gen_ai.content.", "gen_ai.prompt", "gen_ai.completion"},
	}
}

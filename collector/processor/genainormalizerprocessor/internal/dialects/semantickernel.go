package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// semanticKernel is Semantic Kernel: ModelDiagnostics.cs of the .NET SDK and
// model_diagnostics/gen_ai_attributes.py of the Python SDK, which speak the
// conventions as of v1.27.
func semanticKernel() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "semantic-kernel",
		Signals: []dialect.Signal{
			{ScopePrefix: "Microsoft.SemanticKernel"},
			{ScopePrefix: "semantic_kernel."},
		},
		Attributes: []dialect.Mapping{
			{From: "gen_ai.event.content", To: dialect.Ignored},
		},
		Claim:   semconv.ClaimFramework,
		Agents:  dialect.AgentsRepeat,
		Content: []string{"gen_ai.event.content", "gen_ai.prompt", "gen_ai.completion"},
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// spanledger is this project's own instrumentation: current already, so only
// marked.
func spanledger() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "spanledger",
		Signals: []dialect.Signal{
			{ScopePrefix: "github.com/spanledger/spanledger", Families: dialect.FamilyGenAI | dialect.FamilyRole | dialect.FamilyMCP},
			{Families: dialect.FamilyRole},
		},
		Claim: semconv.ClaimTransport,
	}
}

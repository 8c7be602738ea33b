package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// claudeAPI is the spans Anthropic's API sends itself: platform.claude.com/docs,
// api/opentelemetry/spans. They are the vendor's side of a call, with a span for
// each run of a model inside it.
func claudeAPI() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "claude-api",
		Signals: []dialect.Signal{
			{Scope: "com.anthropic.claude-platform"},
			{Service: "claude-platform", Families: dialect.FamilyGenAI | dialect.FamilyAnthropic},
		},
		Attributes: claudeAttributes,
		Names:      claudeNames,
		Claim:      semconv.ClaimServer,
		Provider:   semconv.ProviderAnthropic,
	}
}

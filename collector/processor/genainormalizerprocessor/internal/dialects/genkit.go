package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// genkit is Firebase Genkit: js/core/src/tracing of genkit. Everything is an
// action with a subtype; the name of a model is that of its action, behind the
// plugin's, and usage is a part of what the action returned.
func genkit() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "genkit",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyGenkit},
		},
		Attributes: []dialect.Mapping{
			{From: "genkit:metadata:subtype", To: dialect.RoleHint},
			{From: "genkit:type", To: dialect.RoleHint},
			{From: "genkit:name", To: dialect.EntityName},
			{From: "genkit:sessionId", To: dialect.ConversationID},
			{From: "genkit:output", JSON: []dialect.Member{
				{Path: "usage.inputTokens", To: dialect.Input},
				{Path: "usage.outputTokens", To: dialect.Output},
				{Path: "usage.totalTokens", To: dialect.Total},
				{Path: "usage.thoughtsTokens", To: dialect.Reasoning},
				{Path: "usage.cachedContentTokens", To: dialect.CacheRead},
				{Path: "finishReason", To: dialect.FinishReasons},
			}},
		},
		Roles: map[string]string{
			"model":     semconv.RoleLLM,
			"embedder":  semconv.RoleEmbeddings,
			"reranker":  semconv.RoleRerank,
			"tool":      semconv.RoleTool,
			"agent":     semconv.RoleAgent,
			"flow":      semconv.RoleWorkflow,
			"flowstep":  semconv.RoleStep,
			"retriever": semconv.RoleRetrieval,
			"evaluator": semconv.RoleEvaluation,
			"action":    semconv.RoleOther,
			"util":      semconv.RoleOther,
			"prompt":    semconv.RoleOther,
		},
		EntityIsModel:     true,
		Claim:             semconv.ClaimFramework,
		Agents:            dialect.AgentsRepeat,
		ReasoningExcluded: dialect.ShapeGemini,
		Content:           []string{"genkit:input", "genkit:output"},
	}
}

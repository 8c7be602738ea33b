package dialects

import (
	"regexp"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openLLMetry is Traceloop's SDKs and instrumentors in Python, JavaScript and
// Go: packages/opentelemetry-semantic-conventions-ai of openllmetry, and the
// llm.* keys of go-openllmetry. Its scope names share the prefix of the
// official Python instrumentations, which have no llm.* or traceloop.*
// attributes.
func openLLMetry() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "openllmetry",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyTraceloop},
			{Scope: "traceloop.tracer"},
			{ScopePrefix: "@traceloop/", Families: dialect.FamilyGenAI | dialect.FamilyLLM},
			{ScopePrefix: "opentelemetry.instrumentation.", Families: dialect.FamilyLLM},
		},
		Attributes: []dialect.Mapping{
			{From: "traceloop.span.kind", To: dialect.RoleHint},
			{From: "llm.request.type", To: dialect.RoleHint},
			{From: "traceloop.entity.name", To: dialect.EntityName},
			{From: "traceloop.workflow.name", To: dialect.WorkflowName},
			{From: "llm.vendor", To: dialect.Provider},
			{From: "llm.request.model", To: dialect.RequestModel},
			{From: "llm.response.model", To: dialect.ResponseModel},
			{From: "llm.request.max_tokens", To: dialect.MaxTokens},
			{From: "llm.temperature", To: dialect.Temperature},
			{From: "llm.top_p", To: dialect.TopP},
			{From: "llm.top_k", To: dialect.TopK},
			{From: "llm.frequency_penalty", To: dialect.FrequencyPenalty},
			{From: "llm.presence_penalty", To: dialect.PresencePenalty},
			{From: "llm.chat.stop_sequences", To: dialect.StopSequences},
			{From: "gen_ai.completion.0.finish_reason", To: dialect.FinishReasons},
			{From: "llm.completions.0.finish_reason", To: dialect.FinishReasons},
			{From: "traceloop.association.properties.user_id", To: dialect.UserID},
			{From: "traceloop.association.properties.session_id", To: dialect.ConversationID},
			{From: "traceloop.association.properties.thread_id", To: dialect.ConversationID},
			// What Helicone's asynchronous logger, which is this SDK, is told of a call.
			{From: "traceloop.association.properties.Helicone-User-Id", To: dialect.UserID},
			{From: "traceloop.association.properties.Helicone-Session-Id", To: dialect.ConversationID},
			{From: "traceloop.association.properties.Helicone-Prompt-Id", To: dialect.PromptName},
			{From: "traceloop.association.properties.department", To: dialect.Department},
			{From: "traceloop.association.properties.application", To: dialect.Application},
			{From: "traceloop.association.properties.team", To: dialect.Team},
			{From: "traceloop.association.properties.cost_center", To: dialect.CostCenter},
			{From: "traceloop.association.properties.langgraph_node", To: dialect.StepName},
			{From: "traceloop.prompt.key", To: dialect.PromptName},
			{From: "traceloop.prompt.version", To: dialect.PromptVersion},
		},
		Roles: map[string]string{
			"workflow":   semconv.RoleWorkflow,
			"task":       semconv.RoleStep,
			"agent":      semconv.RoleAgent,
			"tool":       semconv.RoleTool,
			"chat":       semconv.RoleLLM,
			"completion": semconv.RoleLLM,
			"embedding":  semconv.RoleEmbeddings,
			"rerank":     semconv.RoleRerank,
		},
		// Its instrumentation of Bedrock cuts the maker off the model id.
		Models: []dialect.ModelName{
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^((?:nova|titan)-.*)$`), Name: "amazon.$1"},
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^(claude-.*)$`), Name: "anthropic.$1"},
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^(llama.*)$`), Name: "meta.$1"},
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^((?:command|embed|rerank)-.*)$`), Name: "cohere.$1"},
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^((?:mistral|mixtral|ministral|pixtral)-.*)$`), Name: "mistral.$1"},
			{Provider: semconv.ProviderBedrock, Pattern: regexp.MustCompile(`^((?:jamba|j2)-.*)$`), Name: "ai21.$1"},
		},
		Claim:             semconv.ClaimClient,
		Agents:            dialect.AgentsRepeat, // CrewAI's agents count over their whole lifetime
		CacheExcluded:     dialect.ShapeConverse,
		ReasoningExcluded: dialect.ShapeGemini,
		Content: []string{
			"gen_ai.prompt.", "gen_ai.completion.", "llm.prompts.", "llm.completions.", "llm.request.functions.",
			"traceloop.entity.input", "traceloop.entity.output", "traceloop.prompt.template",
		},
	}
}

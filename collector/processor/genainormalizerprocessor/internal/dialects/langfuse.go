package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// langfuse is the Langfuse SDKs, OpenTelemetry native since v3:
// packages/shared/src/server/otel/attributes.ts of langfuse. Python SDKs up to
// v3.3.0 write the type span for generations, so a span with model and usage
// counts as one.
func langfuse() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "langfuse",
		Signals: []dialect.Signal{
			{Scope: "langfuse-sdk"},
			{Families: dialect.FamilyLangfuse},
		},
		Attributes: []dialect.Mapping{
			{From: "langfuse.observation.type", To: dialect.RoleHint},
			{From: "langfuse.observation.model.name", To: dialect.RequestModel},
			{From: "langfuse.observation.model", To: dialect.RequestModel},
			{From: "langfuse.observation.usage_details", JSON: []dialect.Member{
				{Path: "input", To: dialect.Input},
				{Path: "input_tokens", To: dialect.Input},
				{Path: "prompt_tokens", To: dialect.Input},
				{Path: "promptTokens", To: dialect.Input},
				{Path: "inputTokens", To: dialect.Input},
				{Path: "output", To: dialect.Output},
				{Path: "output_tokens", To: dialect.Output},
				{Path: "completion_tokens", To: dialect.Output},
				{Path: "completionTokens", To: dialect.Output},
				{Path: "outputTokens", To: dialect.Output},
				{Path: "total", To: dialect.Total},
				{Path: "total_tokens", To: dialect.Total},
				{Path: "totalTokens", To: dialect.Total},
				{Path: "input_cached_tokens", To: dialect.CacheRead},
				{Path: "cache_read_input_tokens", To: dialect.CacheRead},
				{Path: "prompt_tokens_details.cached_tokens", To: dialect.CacheRead},
				{Path: "input_cache_read", To: dialect.CacheRead},
				{Path: "input_cache_creation", To: dialect.CacheWrite},
				{Path: "cache_creation_input_tokens", To: dialect.CacheWrite},
				{Path: "output_reasoning_tokens", To: dialect.Reasoning},
				{Path: "output_reasoning", To: dialect.Reasoning},
				{Path: "completion_tokens_details.reasoning_tokens", To: dialect.Reasoning},
				{Path: "input_audio_tokens", To: dialect.AudioInput},
				{Path: "output_audio_tokens", To: dialect.AudioOutput},
			}},
			{From: "langfuse.observation.cost_details", JSON: []dialect.Member{
				{Path: "total", To: dialect.VendorAmount},
			}},
			{From: "langfuse.observation.model.parameters", JSON: []dialect.Member{
				{Path: "temperature", To: dialect.Temperature},
				{Path: "top_p", To: dialect.TopP},
				{Path: "max_tokens", To: dialect.MaxTokens},
				{Path: "maxTokens", To: dialect.MaxTokens},
				{Path: "frequency_penalty", To: dialect.FrequencyPenalty},
				{Path: "presence_penalty", To: dialect.PresencePenalty},
				{Path: "stream", To: dialect.Stream},
				{Path: "service_tier", To: dialect.RequestServiceTier},
			}},
			{From: "langfuse.observation.completion_start_time", To: dialect.CompletionStart},
			{From: "langfuse.observation.prompt.name", To: dialect.PromptName},
			{From: "langfuse.observation.prompt.version", To: dialect.PromptVersion},
			{From: "langfuse.user.id", To: dialect.UserID},
			{From: "user.id", To: dialect.UserID},
			{From: "langfuse.session.id", To: dialect.ConversationID},
			{From: "langfuse.trace.metadata.department", To: dialect.Department},
			{From: "langfuse.trace.metadata.application", To: dialect.Application},
			{From: "langfuse.trace.metadata.team", To: dialect.Team},
			{From: "langfuse.trace.metadata.cost_center", To: dialect.CostCenter},
			{From: "langfuse.observation.metadata.langgraph_node", To: dialect.StepName},
		},
		Roles: map[string]string{
			"generation": semconv.RoleLLM,
			"embedding":  semconv.RoleEmbeddings,
			"agent":      semconv.RoleAgent,
			"tool":       semconv.RoleTool,
			"chain":      semconv.RoleWorkflow,
			"retriever":  semconv.RoleRetrieval,
			"evaluator":  semconv.RoleEvaluation,
			"guardrail":  semconv.RoleOther,
			"event":      semconv.RoleOther,
		},
		Claim:  semconv.ClaimFramework,
		Agents: dialect.AgentsRepeat,
		Quoted: true, // the JavaScript SDK writes some texts as JSON
		Content: []string{
			"langfuse.observation.input", "langfuse.observation.output", "langfuse.trace.input", "langfuse.trace.output",
		},
	}
}

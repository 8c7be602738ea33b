package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// openInference is Arize's and Phoenix's conventions: spec/semantic_conventions.md
// of openinference. Nearly all of its spans are INTERNAL, so only
// openinference.span.kind tells what they are.
func openInference() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "openinference",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyOpenInference},
		},
		Attributes: openInferenceAttributes(),
		Roles:      openInferenceRoles,

		Claim:         semconv.ClaimFramework,
		Agents:        dialect.AgentsRepeat, // smolagents and CrewAI repeat their model calls
		CacheExcluded: dialect.ShapeConverse,
		Drop:          []string{"embedding.embeddings."},
		Content:       openInferenceContent,
		Scores:        openInferenceScores,
	}
}

var openInferenceRoles = map[string]string{
	"llm":       semconv.RoleLLM,
	"embedding": semconv.RoleEmbeddings,
	"reranker":  semconv.RoleRerank,
	"tool":      semconv.RoleTool,
	"agent":     semconv.RoleAgent,
	"chain":     semconv.RoleWorkflow,
	"prompt":    semconv.RoleOther,
	"retriever": semconv.RoleRetrieval,
	"guardrail": semconv.RoleOther,
	"evaluator": semconv.RoleEvaluation,
	"unknown":   semconv.RoleOther,
}

// openInferenceScores are annotations and evaluations: spec/annotations.md of
// openinference.
var openInferenceScores = []dialect.ScoreList{
	{List: "annotations", Member: "annotation"},
	{List: "evaluations", Member: "evaluation"},
	{List: "trace.annotations", Member: "annotation", Scope: semconv.ScopeTrace},
	{List: "trace.evaluations", Member: "evaluation", Scope: semconv.ScopeTrace},
	{List: "session.annotations", Member: "annotation", Scope: semconv.ScopeConversation},
	{List: "session.evaluations", Member: "evaluation", Scope: semconv.ScopeConversation},
}

var openInferenceContent = []string{
	"input.value", "output.value", "llm.input_messages.", "llm.output_messages.", "llm.prompts", "llm.choices",
	"llm.prompt_template.", "llm.tools.", "retrieval.documents.", "tool.parameters", "embedding.text",
}

func openInferenceAttributes() []dialect.Mapping {
	return []dialect.Mapping{
		{From: "openinference.span.kind", To: dialect.RoleHint},
		{From: "llm.provider", To: dialect.Provider},
		{From: "llm.system", To: dialect.Provider},
		{From: "llm.request.model_name", To: dialect.RequestModel},
		{From: "llm.model_name", To: dialect.RequestModel},
		{From: "embedding.model_name", To: dialect.RequestModel},
		{From: "reranker.model_name", To: dialect.RequestModel},
		{From: "llm.response.model_name", To: dialect.ResponseModel},
		{From: "llm.token_count.prompt", To: dialect.Input},
		{From: "llm.token_count.completion", To: dialect.Output},
		{From: "llm.token_count.total", To: dialect.Total},
		{From: "llm.token_count.prompt_details.cache_read", To: dialect.CacheRead},
		{From: "llm.token_count.prompt_details.cache_write", To: dialect.CacheWrite},
		{From: "llm.token_count.prompt_details.audio", To: dialect.AudioInput},
		{From: "llm.token_count.completion_details.reasoning", To: dialect.Reasoning},
		{From: "llm.token_count.completion_details.audio", To: dialect.AudioOutput},
		{From: "llm.cost.total", To: dialect.VendorAmount},
		{From: "llm.finish_reason", To: dialect.FinishReasons},
		{From: "llm.invocation_parameters", JSON: []dialect.Member{
			{Path: "temperature", To: dialect.Temperature},
			{Path: "top_p", To: dialect.TopP},
			{Path: "top_k", To: dialect.TopK},
			{Path: "max_tokens", To: dialect.MaxTokens},
			{Path: "max_completion_tokens", To: dialect.MaxTokens},
			{Path: "max_output_tokens", To: dialect.MaxTokens},
			{Path: "frequency_penalty", To: dialect.FrequencyPenalty},
			{Path: "presence_penalty", To: dialect.PresencePenalty},
			{Path: "stop", To: dialect.StopSequences},
			{Path: "stop_sequences", To: dialect.StopSequences},
			{Path: "stream", To: dialect.Stream},
			{Path: "service_tier", To: dialect.RequestServiceTier},
			{Path: "reasoning_effort", To: dialect.ReasoningLevel},
			{Path: "model", To: dialect.RequestModel},
		}},
		{From: "tool.name", To: dialect.ToolName},
		{From: "tool.id", To: dialect.ToolCallID},
		{From: "tool_call.id", To: dialect.ToolCallID},
		{From: "tool.description", To: dialect.ToolDescription},
		{From: "agent.name", To: dialect.AgentName},
		{From: "graph.node.name", To: dialect.StepName},
		{From: "prompt.id", To: dialect.PromptName},
		{From: "llm.prompt_template.version", To: dialect.PromptVersion},
		{From: "session.id", To: dialect.ConversationID},
		{From: "metadata", JSON: []dialect.Member{
			{Path: "user_id", To: dialect.UserID},
			{Path: "thread_id", To: dialect.ConversationID},
			{Path: "department", To: dialect.Department},
			{Path: "application", To: dialect.Application},
			{Path: "team", To: dialect.Team},
			{Path: "cost_center", To: dialect.CostCenter},
			{Path: "langgraph_node", To: dialect.StepName},
		}},
	}
}

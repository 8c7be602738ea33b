package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// mlflow is MLflow's default OTLP export: docs/genai/tracing/opentelemetry/
// attribute-mapping. Every value is JSON, texts included.
func mlflow() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "mlflow",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyMLflow},
		},
		Attributes: []dialect.Mapping{
			{From: "mlflow.spanType", To: dialect.RoleHint},
			{From: "mlflow.llm.model", To: dialect.RequestModel},
			{From: "mlflow.llm.provider", To: dialect.Provider},
			{From: "mlflow.chat.tokenUsage", JSON: []dialect.Member{
				{Path: "input_tokens", To: dialect.Input},
				{Path: "output_tokens", To: dialect.Output},
				{Path: "total_tokens", To: dialect.Total},
				{Path: "cache_read_input_tokens", To: dialect.CacheRead},
				{Path: "cache_creation_input_tokens", To: dialect.CacheWrite},
				{Path: "reasoning_tokens", To: dialect.Reasoning},
			}},
			{From: "mlflow.llm.cost", JSON: []dialect.Member{
				{Path: "total_cost", To: dialect.VendorAmount},
				{Path: "total", To: dialect.VendorAmount},
			}},
			{From: "mlflow.trace.user", To: dialect.UserID},
			{From: "mlflow.trace.session", To: dialect.ConversationID},
			{From: "mlflow.spanFunctionName", To: dialect.EntityName},
		},
		Roles: map[string]string{
			"chat_model": semconv.RoleLLM,
			"llm":        semconv.RoleLLM,
			"embedding":  semconv.RoleEmbeddings,
			"tool":       semconv.RoleTool,
			"agent":      semconv.RoleAgent,
			"chain":      semconv.RoleWorkflow,
			"workflow":   semconv.RoleWorkflow,
			"task":       semconv.RoleStep,
			"retriever":  semconv.RoleRetrieval,
			"reranker":   semconv.RoleRerank,
			"parser":     semconv.RoleOther,
			"memory":     semconv.RoleRetrieval,
			"guardrail":  semconv.RoleOther,
			"evaluator":  semconv.RoleEvaluation,
			"unknown":    semconv.RoleOther,
		},
		Claim:   semconv.ClaimFramework,
		Agents:  dialect.AgentsRepeat,
		Quoted:  true,
		Content: []string{"mlflow.spanInputs", "mlflow.spanOutputs", "mlflow.chat.tools", "mlflow.chat.messages"},
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// semanticConventions is the GenAI conventions of any version, as the official
// instrumentations and many others speak them. The keys of all versions are in
// dialect.Common.
func semanticConventions() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "semconv",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyGenAI},
			{Families: dialect.FamilyMCP},
			{Families: dialect.FamilyLLM},
		},
		Attributes: []dialect.Mapping{
			{From: "llm.vendor", To: dialect.Provider},
			{From: "llm.request.model", To: dialect.RequestModel},
			{From: "llm.response.model", To: dialect.ResponseModel},
			{From: "llm.request.type", To: dialect.RoleHint},
			{From: "mcp.method.name", To: dialect.RoleHint},
		},
		Roles: map[string]string{
			"chat":       semconv.RoleLLM,
			"completion": semconv.RoleLLM,
			"embedding":  semconv.RoleEmbeddings,
			"rerank":     semconv.RoleRerank,
			"tools/call": semconv.RoleTool,
		},
		Claim: semconv.ClaimClient,
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// portkey reads the telemetry of Portkey's gateway: its analytics (OTEL_PUSH_ENABLED), in
// words of its own, and its complete logs
// (EXPERIMENTAL_GEN_AI_OTEL_TRACES_ENABLED, portkey.ai/docs/product/
// enterprise-offering/otel/complete-logs), in those of the conventions. It is a
// gateway: the application's own span of the call is billed. Analytics
// count cached tokens in the input and do not say how many; their cost is an estimate
// by Portkey's price list, in US cents, and 0 for a model that the list does not have.
// The status of their spans is always good, and the code of the response says more.
func portkey() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "portkey",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyPortkey},
			{Scope: "custom.genai.instrumentation", Service: "portkey"},
			{Scope: "custom.genai.instrumentation", Families: dialect.FamilyGenAI},
		},
		Attributes: []dialect.Mapping{
			{From: "ai_org", To: dialect.Provider},
			{From: "ai_model", To: dialect.ResponseModel},
			{From: "req_units", To: dialect.Input},
			{From: "res_units", To: dialect.Output},
			{From: "cost", To: dialect.Cents},
			{From: "cache_status", To: dialect.Replayed, Values: []string{"HIT", "SEMANTIC HIT"}},
			{From: "request_url", To: dialect.ServerAddress},
			{From: "response_status_code", To: dialect.HTTPStatus},
			{From: "prompt_slug", To: dialect.PromptName},
			{From: "prompt_version_id", To: dialect.PromptVersion},
			{From: "metadata._user", To: dialect.UserID},
			{From: "_user", To: dialect.UserID},
			{From: "user_id", To: dialect.UserID},
			{From: "workspace_slug", To: dialect.Team},

			// The complete logs before July 2026 counted under these keys.
			{From: "gen_ai.response.input_tokens", To: dialect.Input},
			{From: "gen_ai.response.output_tokens", To: dialect.Output},
		},
		Names: []dialect.NameRule{
			{Prefix: "portkey.guardrail", Role: semconv.RoleOther},
		},
		Claim: semconv.ClaimServer,
		// The complete logs have Anthropic's own count; that of Bedrock includes the cache.
		CacheExcluded: dialect.ShapeAnthropic,
		Tags: []dialect.TagMapping{
			{From: "api_key_id", Tag: "api_key"},
			{From: "virtual_key", Tag: "virtual_key"},
			{From: "config", Tag: "config"},
		},
		Drop:    []string{"ai_org_auth_hash"},
		Content: []string{"gen_ai.prompt", "gen_ai.completion", "tools"},
	}
}

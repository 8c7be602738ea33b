package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// liteLLM is the LiteLLM proxy: litellm/integrations/opentelemetry.py. It is a gateway:
// the application's own span of the call is the better witness. Its root span
// carries the same attributes when it makes no litellm_request span.
func liteLLM() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "litellm",
		Signals: []dialect.Signal{
			{Scope: "litellm"},
			{Families: dialect.FamilyLiteLLM},
		},
		Attributes: []dialect.Mapping{
			{From: "metadata.user_api_key_end_user_id", To: dialect.UserID},
			{From: "metadata.user_api_key_user_id", To: dialect.UserID},
			{From: "metadata.user_api_key_team_alias", To: dialect.Team},
			{From: "metadata.user_api_key_team_id", To: dialect.Team},
			{From: "hidden_params", JSON: []dialect.Member{
				{Path: "response_cost", To: dialect.VendorAmount},
			}},
			{From: "llm.is_streaming", To: dialect.Stream},
			{From: "llm.user", To: dialect.UserID},
		},
		Names: []dialect.NameRule{
			{Prefix: "raw_gen_ai_request", Role: semconv.RoleOther},
		},
		Claim:   semconv.ClaimServer,
		Content: []string{"llm.openai.", "llm.anthropic.", "llm.prompts", "llm.completions", "gen_ai.prompt", "gen_ai.completion", "llm.request.functions."},
	}
}

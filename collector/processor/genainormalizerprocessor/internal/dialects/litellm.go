package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// liteLLM is the LiteLLM proxy: litellm/integrations/opentelemetry.py and otel/. It is
// a gateway: the application's own span of the call is billed. Its root
// span carries the same attributes when it makes no litellm_request span. It counts
// the cache in a dictionary in Python's form, inside the input. An answer out of its
// own cache names the entry, and has the id, the counts and the cost of the call
// that filled it. The proxy writes the caller's name of the model into answers.
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
			{From: "litellm.cost.total", To: dialect.VendorAmount},
			{From: "gen_ai.cost.total_cost", To: dialect.VendorAmount},
			{From: "hidden_params", JSON: []dialect.Member{
				{Path: "response_cost", To: dialect.VendorAmount},
				{Path: "cache_key", To: dialect.Replayed},
			}},
			{From: "metadata.usage_object", JSON: []dialect.Member{
				{Path: "prompt_tokens_details.cached_tokens", To: dialect.CacheRead},
				{Path: "cache_read_input_tokens", To: dialect.CacheRead},
				{Path: "cache_creation_input_tokens", To: dialect.CacheWrite},
				{Path: "prompt_tokens_details.cache_creation_tokens", To: dialect.CacheWrite},
				{Path: "prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens", To: dialect.CacheWrite5m},
				{Path: "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens", To: dialect.CacheWrite1h},
				{Path: "completion_tokens_details.reasoning_tokens", To: dialect.Reasoning},
			}},
			{From: "llm.is_streaming", To: dialect.Stream},
			{From: "llm.user", To: dialect.UserID},
		},
		Names: []dialect.NameRule{
			{Prefix: "raw_gen_ai_request", Role: semconv.RoleOther},
		},
		Alias:   true,
		Claim:   semconv.ClaimServer,
		Content: []string{"llm.openai.", "llm.anthropic.", "llm.prompts", "llm.completions", "gen_ai.prompt", "gen_ai.completion", "llm.request.functions."},
	}
}

package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// logfire is Logfire's own integrations for OpenAI and Anthropic:
// logfire/_internal/integrations/llm_providers of logfire. A streamed answer is
// described by a second span without duration, next to the request's; its counts
// are there alone.
func logfire() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "logfire",
		Signals: []dialect.Signal{
			{ScopePrefix: "logfire.", Families: dialect.FamilyGenAI | dialect.FamilyLogfire},
			{Families: dialect.FamilyLogfire},
		},
		Attributes: []dialect.Mapping{
			// Anthropic's raw counts leave the cache out.
			{From: "gen_ai.usage.input_tokens", To: dialect.Input},
			{From: "gen_ai.usage.output_tokens", To: dialect.Output},
			{From: "gen_ai.usage.raw", JSON: []dialect.Member{
				{Path: "input_tokens", To: dialect.Input},
				{Path: "prompt_tokens", To: dialect.Input},
				{Path: "output_tokens", To: dialect.Output},
				{Path: "completion_tokens", To: dialect.Output},
				{Path: "total_tokens", To: dialect.Total},
				{Path: "prompt_tokens_details.cached_tokens", To: dialect.CacheRead},
				{Path: "input_tokens_details.cached_tokens", To: dialect.CacheRead},
				{Path: "cache_read_input_tokens", To: dialect.CacheRead},
				{Path: "cache_creation_input_tokens", To: dialect.CacheWrite},
				{Path: "completion_tokens_details.reasoning_tokens", To: dialect.Reasoning},
				{Path: "output_tokens_details.reasoning_tokens", To: dialect.Reasoning},
			}},
			{From: "request_data", JSON: []dialect.Member{
				{Path: "model", To: dialect.RequestModel},
				{Path: "stream", To: dialect.Stream},
				{Path: "max_tokens", To: dialect.MaxTokens},
				{Path: "temperature", To: dialect.Temperature},
			}},
		},
		Names: []dialect.NameRule{
			{Prefix: "streaming response from", Role: semconv.RoleLLM},
		},
		Streams: "streaming response from",
		Faults: []dialect.Fault{
			// github.com/pydantic/logfire/pull/1812
			{ScopePrefix: "logfire.anthropic", Before: "4.31.0", CacheExcluded: dialect.ShapeAnthropic},
		},
		Claim:   semconv.ClaimClient,
		Content: []string{"request_data", "response_data", "events"},
	}
}

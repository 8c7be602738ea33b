package dialect

// Common holds what every dialect understands in addition to its own words: the keys of
// the conventions, the keys they had in earlier versions (up to v1.36, v1.37 to
// v1.41), and spellings seen in the wild.
var Common = append(current(), []Mapping{
	{From: "gen_ai.system", To: Provider},
	{From: "gen_ai.model.provider", To: Provider}, // Cloudflare's AI Gateway

	{From: "gen_ai.usage.prompt_tokens", To: Input},
	{From: "gen_ai.usage.completion_tokens", To: Output},
	{From: "gen_ai.usage.total_tokens", To: Total},
	{From: "llm.usage.prompt_tokens", To: Input},
	{From: "llm.usage.completion_tokens", To: Output},
	{From: "llm.usage.total_tokens", To: Total},

	{From: "gen_ai.usage.cache_read_input_tokens", To: CacheRead},
	{From: "gen_ai.usage.cache_read_tokens", To: CacheRead},
	{From: "gen_ai.usage.input_cached_tokens", To: CacheRead},
	{From: "gen_ai.usage.cached_tokens", To: CacheRead},
	{From: "gen_ai.usage.details.cache_read_tokens", To: CacheRead},
	{From: "gen_ai.usage.details.cache_read_input_tokens", To: CacheRead},
	{From: "gen_ai.usage.cache.read_input_tokens", To: CacheRead},
	{From: "gen_ai.usage.prompt_tokens_details.cached_tokens", To: CacheRead},
	{From: "gen_ai.usage.input_tokens_details.cached_tokens", To: CacheRead},
	{From: "gen_ai.usage.input_tokens.cached", To: CacheRead},
	{From: "gen_ai.usage.cached_input_tokens", To: CacheRead},
	{From: "gen_ai.usage.input_tokens_cached", To: CacheRead},
	{From: "gen_ai.usage.cached_content_tokens", To: CacheRead},
	{From: "gen_ai.usage.input_token_details.cache_read", To: CacheRead},
	{From: "llm.usage.cache_read_input_tokens", To: CacheRead},

	{From: "gen_ai.usage.cache_creation.input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.cache_creation_input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.cache_write_input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.cache_write_tokens", To: CacheWrite},
	{From: "gen_ai.usage.cache_creation_tokens", To: CacheWrite},
	{From: "gen_ai.usage.details.cache_write_tokens", To: CacheWrite},
	{From: "gen_ai.usage.details.cache_creation_input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.cache.creation_input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.prompt_tokens_details.cache_creation_tokens", To: CacheWrite},
	{From: "gen_ai.usage.input_cache_creation", To: CacheWrite},
	{From: "gen_ai.usage.input_tokens.cache_write", To: CacheWrite},
	{From: "gen_ai.usage.cached_write_input_tokens", To: CacheWrite},
	{From: "gen_ai.usage.input_token_details.cache_creation", To: CacheWrite},
	{From: "gen_ai.usage.details.cache_creation_tokens", To: CacheWrite},
	{From: "llm.usage.cache_creation_input_tokens", To: CacheWrite},

	// LiveKit, Pydantic AI, Mastra and LangSmith count sound within the input and
	// the output, each under names of its own.
	{From: "gen_ai.usage.input_audio_tokens", To: AudioInput},
	{From: "gen_ai.usage.audio_input_tokens", To: AudioInput},
	{From: "gen_ai.usage.details.input_audio_tokens", To: AudioInput},
	{From: "gen_ai.usage.details.audio_input_tokens", To: AudioInput},
	{From: "gen_ai.usage.input_tokens_details.audio_tokens", To: AudioInput},
	{From: "gen_ai.usage.prompt_tokens_details.audio_tokens", To: AudioInput},
	{From: "gen_ai.usage.input_token_details.audio", To: AudioInput},
	{From: "gen_ai.usage.output_audio_tokens", To: AudioOutput},
	{From: "gen_ai.usage.audio_output_tokens", To: AudioOutput},
	{From: "gen_ai.usage.details.output_audio_tokens", To: AudioOutput},
	{From: "gen_ai.usage.details.audio_output_tokens", To: AudioOutput},
	{From: "gen_ai.usage.output_tokens_details.audio_tokens", To: AudioOutput},
	{From: "gen_ai.usage.completion_tokens_details.audio_tokens", To: AudioOutput},
	{From: "gen_ai.usage.output_token_details.audio", To: AudioOutput},
	{From: "gen_ai.usage.details.cache_audio_read_tokens", To: AudioCacheRead},
	{From: "gen_ai.usage.cache_audio_read_tokens", To: AudioCacheRead},
	{From: "gen_ai.usage.input_cached_audio_tokens", To: AudioCacheRead},
	{From: "gen_ai.usage.input_image_tokens", To: ImageInput},
	{From: "gen_ai.usage.image_input_tokens", To: ImageInput},
	{From: "gen_ai.usage.output_image_tokens", To: ImageOutput},
	{From: "gen_ai.usage.image_output_tokens", To: ImageOutput},
	{From: "gen_ai.usage.input_text_tokens", To: TextInput},
	{From: "gen_ai.usage.output_text_tokens", To: TextOutput},

	{From: "gen_ai.usage.reasoning_tokens", To: Reasoning},
	{From: "gen_ai.usage.details.reasoning_tokens", To: Reasoning},
	{From: "gen_ai.usage.completion_tokens_details.reasoning_tokens", To: Reasoning},
	{From: "gen_ai.usage.output_tokens_details.reasoning_tokens", To: Reasoning},
	{From: "gen_ai.usage.output_tokens.reasoning", To: Reasoning},
	{From: "gen_ai.usage.output_token_details.reasoning", To: Reasoning},
	{From: "gen_ai.usage.output_reasoning_tokens", To: Reasoning},
	{From: "gen_ai.usage.reasoning_output_tokens", To: Reasoning},
	{From: "gen_ai.usage.details.thoughts_tokens", To: Reasoning},
	{From: "gen_ai.usage.thoughts_tokens", To: Reasoning},
	{From: "llm.usage.reasoning_tokens", To: Reasoning},

	{From: "gen_ai.usage.partial.input_tokens", To: PartialInput},

	{From: "gen_ai.usage.cost.amount", To: VendorAmount},
	{From: "gen_ai.usage.cost", To: VendorAmount},
	{From: "gen_ai.usage.total_cost", To: VendorAmount},
	{From: "gen_ai.usage.cost_usd", To: VendorAmount},
	{From: "gen_ai.usage.total_cost_usd", To: VendorAmount},
	{From: "operation.cost", To: VendorAmount},
	{From: "gen_ai.cost.total_cost", To: VendorAmount},

	{From: "gen_ai.response.finish_reason", To: FinishReasons},
	{From: "llm.response.finish_reason", To: FinishReasons},
	{From: "llm.response.stop_reason", To: FinishReasons},

	{From: "gen_ai.request.is_streaming", To: Stream},
	{From: "gen_ai.is_streaming", To: Stream},
	{From: "llm.is_streaming", To: Stream},
	{From: "gen_ai.request.reasoning_effort", To: ReasoningLevel},

	{From: "gen_ai.openai.system_fingerprint", To: SystemFingerprint},
	{From: "gen_ai.openai.response.system_fingerprint", To: SystemFingerprint},
	{From: "gen_ai.response.system_fingerprint", To: SystemFingerprint},
	{From: "gen_ai.openai.response.service_tier", To: ResponseServiceTier},
	{From: "gen_ai.response.service_tier", To: ResponseServiceTier},
	{From: "gen_ai.openai.request.service_tier", To: RequestServiceTier},
	{From: "gen_ai.request.service_tier", To: RequestServiceTier},
	{From: "gen_ai.openai.request.seed", To: Seed},

	{From: "gen_ai.user", To: UserID},
	{From: "gen_ai.user.id", To: UserID},
	{From: "gen_ai.request.user", To: UserID},
	{From: "llm.user", To: UserID},
	{From: "enduser.id", To: UserID},

	{From: "gen_ai.session.id", To: ConversationID},
	{From: "session.id", To: ConversationID},
	{From: "gen_ai.thread.id", To: ConversationID},

	{From: "gen_ai.tool.call_id", To: ToolCallID},
	{From: "agent.name", To: AgentName},
}...)

// current maps every key that is written onto itself.
func current() []Mapping {
	var list []Mapping
	for f := None + 1; f < numFields; f++ {
		if key := f.Key(); key != "" {
			list = append(list, Mapping{From: key, To: f})
		}
	}
	return list
}

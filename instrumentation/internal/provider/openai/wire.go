package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Members of requests that only this vendor has.
const (
	reqStreamOptions = genai.OwnMember + iota
	reqOutputFormat
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Each("stream_options", reqStreamOptions),
	jsonscan.Scalar("max_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_completion_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_output_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("n", genai.MemberChoiceCount),
	jsonscan.Scalar("seed", genai.MemberSeed),
	jsonscan.Scalar("random_seed", genai.MemberSeed), // Mistral
	jsonscan.Scalar("temperature", genai.MemberTemperature),
	jsonscan.Scalar("top_p", genai.MemberTopP),
	jsonscan.Scalar("top_k", genai.MemberTopK),
	jsonscan.Scalar("frequency_penalty", genai.MemberFrequencyPenalty),
	jsonscan.Scalar("presence_penalty", genai.MemberPresencePenalty),
	jsonscan.Scalar("stop", genai.MemberStop),
	jsonscan.Scalar("stop[]", genai.MemberStop),
	jsonscan.Scalar("encoding_format", genai.MemberEncodingFormat),
	jsonscan.Scalar("dimensions", genai.MemberDimensions),
	jsonscan.Scalar("reasoning_effort", genai.MemberReasoning),
	jsonscan.Scalar("reasoning.effort", genai.MemberReasoning),
	jsonscan.Scalar("service_tier", genai.MemberServiceTier),
	jsonscan.Scalar("response_format.type", reqOutputFormat),
	jsonscan.Scalar("text.format.type", reqOutputFormat),
	jsonscan.Scalar("previous_response_id", genai.MemberPreviousResponse),
	jsonscan.Scalar("conversation", genai.MemberConversation),
	jsonscan.Scalar("conversation.id", genai.MemberConversation),
	jsonscan.Scalar("web_search_options.search_context_size", genai.MemberSearchContextSize),
	jsonscan.Scalar("prompt_cache_options.ttl", genai.MemberCacheTTL),
)

// Fields of response bodies and stream events.
const (
	respID jsonscan.Field = iota + 1
	respModel
	respTier
	respFingerprint
	respStatus
	respIncomplete
	respErrorCode
	respErrorType
	respErrorKind
	respKind
	respTopType
	respTopCode
	respBaseStatus
	respEventCode
	respError
	respEventType
	respConversation

	respChoice
	respChoiceIndex
	respFinishReason
	respDelta
	respText

	respItem
	respItemType
	respItemAction
	respItemPlace
	respTool
	respToolType
	respToolModel
	respCacheTTL
	respBackground

	respImage

	respLineID
	respObject

	useObject
	useTotal
	useCached
	useCacheWrite
	useClaudeRead
	useClaudeWrite
	useClaudeWrite5m
	useClaudeWrite1h
	useGeo
	useCost
	useCharge
	useBYOK
	useUpstreamCost
	useSearchSize
	useCostTicks
	useToolWebSearches
	useToolXSearches
	useToolFileSearches
	useToolCodeExecs
	useBilledSearches
	useSeconds
	useImageTool
)

// usagePaths are those of a usage object.
func usagePaths(at string) []jsonscan.Path {
	return append(countPaths(at), jsonscan.Each(at, useObject))
}

// countPaths are the counts of OpenAI and of those who added to them, below a
// key.
func countPaths(at string) []jsonscan.Path {
	var paths []jsonscan.Path
	add := func(f jsonscan.Field, keys ...string) {
		for _, k := range keys {
			paths = append(paths, jsonscan.Scalar(at+"."+k, f))
		}
	}
	add(genai.Counted(usage.Input), "prompt_tokens", "input_tokens")
	add(genai.Counted(usage.Output), "completion_tokens", "output_tokens")
	add(useTotal, "total_tokens")
	for _, d := range []string{"prompt_tokens_details.", "input_tokens_details.", "input_token_details."} {
		add(useCached, d+"cached_tokens")
		add(useCacheWrite, d+"cache_write_tokens")
		add(genai.Counted(usage.CacheWrite30m), d+"cache_write_tokens_details.ttl_30m_tokens")
		add(genai.Counted(usage.CacheWrite12h), d+"cache_write_tokens_details.ttl_12h_tokens")
		add(useClaudeWrite, d+"cache_creation_tokens", d+"cache_creation_input_tokens") // LiteLLM, Alibaba
		add(genai.Counted(usage.TextInput), d+"text_tokens")
		add(genai.Counted(usage.ImageInput), d+"image_tokens")
		add(genai.Counted(usage.AudioInput), d+"audio_tokens")
		add(genai.Counted(usage.TextCacheRead), d+"cached_tokens_details.text_tokens")
		add(genai.Counted(usage.ImageCacheRead), d+"cached_tokens_details.image_tokens")
		add(genai.Counted(usage.AudioCacheRead), d+"cached_tokens_details.audio_tokens")
	}
	for _, d := range []string{"completion_tokens_details.", "output_tokens_details.", "output_token_details."} {
		add(genai.Counted(usage.Reasoning), d+"reasoning_tokens")
		add(genai.Counted(usage.TextOutput), d+"text_tokens")
		add(genai.Counted(usage.ImageOutput), d+"image_tokens")
		add(genai.Counted(usage.AudioOutput), d+"audio_tokens")
	}
	add(useCached, "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens") // DeepSeek, Moonshot, Mistral
	add(useClaudeRead, "cache_read_input_tokens")                                   // gateways to Claude
	add(useClaudeWrite, "cache_creation_input_tokens")
	for _, split := range []string{"cache_creation.", "prompt_tokens_details.cache_creation.", "prompt_tokens_details.cache_creation_token_details."} {
		add(useClaudeWrite5m, split+"ephemeral_5m_input_tokens")
		add(useClaudeWrite1h, split+"ephemeral_1h_input_tokens")
	}
	add(useGeo, "inference_geo")
	add(genai.Counted(usage.Reasoning), "reasoning_tokens")      // Perplexity
	add(useCost, "cost", "cost.total_cost", "estimated_cost")    // OpenRouter, Perplexity, DeepInfra
	add(useBYOK, "is_byok")                                      // OpenRouter, with the caller's own key
	add(useUpstreamCost, "cost_details.upstream_inference_cost") // OpenRouter
	add(genai.Counted(usage.WebSearches), "num_search_queries")  // Perplexity
	add(useSearchSize, "search_context_size")                    // Perplexity
	add(genai.Counted(usage.Citation), "citation_tokens")        // Perplexity
	add(useCostTicks, "cost_in_usd_ticks")                       // xAI
	const tools = "server_side_tool_usage_details."              // xAI
	add(useToolWebSearches, tools+"web_search_calls")
	add(useToolXSearches, tools+"x_search_calls")
	add(useToolFileSearches, tools+"file_search_calls", tools+"document_search_calls")
	add(useToolCodeExecs, tools+"code_interpreter_calls")
	return paths
}

// errorPaths are the members of an error in an answer with status 200: OpenAI's,
// and those of gateways, whose code is a number.
func errorPaths(at string) []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Any(at+"error", respError),
		jsonscan.Scalar(at+"error.code", respErrorCode),
		jsonscan.Scalar(at+"error.type", respErrorType),
		jsonscan.Scalar(at+"error.metadata.error_type", respErrorKind),
	}
}

func compile(usageAt []string, paths ...jsonscan.Path) *jsonscan.Shape {
	for _, at := range usageAt {
		paths = append(paths, usagePaths(at)...)
	}
	return jsonscan.Compile(paths...)
}

// chatUsage is where chat completions hold usage; Groq puts that of a stream
// below x_groq, Moonshot into the last choice.
var chatUsage = []string{"usage", "x_groq.usage", "choices[].usage"}

// plainErrorPaths are errors that are the whole document: of vLLM, and of MiniMax,
// whose answers all have a status.
func plainErrorPaths() []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar("object", respKind),
		jsonscan.Scalar("type", respTopType),
		jsonscan.Scalar("code", respTopCode),
		jsonscan.Scalar("base_resp.status_code", respBaseStatus),
	}
}

// chatPaths are the fields of a chat completion, whole or a chunk.
func chatPaths() []jsonscan.Path {
	return append(append(append(errorPaths(""), errorPaths("choices[].")...), plainErrorPaths()...),
		jsonscan.Scalar("id", respID),
		jsonscan.Scalar("model", respModel),
		jsonscan.Scalar("service_tier", respTier),
		jsonscan.Scalar("system_fingerprint", respFingerprint),
		jsonscan.Scalar("cost.usd", useCharge), // Venice
		jsonscan.Each("choices[]", respChoice),
		jsonscan.Scalar("choices[].index", respChoiceIndex),
		jsonscan.Scalar("choices[].finish_reason", respFinishReason),
	)
}

// chatShape is a whole chat completion, completion or list of embeddings.
var chatShape = compile(chatUsage, chatPaths()...)

// chatStreamShape is one chunk of a chat completion or completion.
var chatStreamShape = compile(chatUsage, append(chatPaths(),
	jsonscan.Text("choices[].delta.content", respText),
	jsonscan.Text("choices[].delta.reasoning_content", respText),
	jsonscan.Text("choices[].delta.reasoning", respText),
	jsonscan.Text("choices[].delta.refusal", respText),
	jsonscan.Text("choices[].delta.tool_calls[].function.arguments", respText),
	jsonscan.Text("choices[].text", respText),
)...)

// responsesPaths are the fields of a response object below a prefix.
func responsesPaths(at string) []jsonscan.Path {
	return append(countPaths(at+"tool_usage.image_gen"),
		jsonscan.Each(at+"tool_usage.image_gen", useImageTool),
		jsonscan.Scalar(at+"tool_usage.image_gen.cached_tokens_details.cached_text_tokens", genai.Counted(usage.TextCacheRead)),
		jsonscan.Scalar(at+"tool_usage.image_gen.cached_tokens_details.cached_image_tokens", genai.Counted(usage.ImageCacheRead)),
		jsonscan.Scalar(at+"tool_usage.web_search.num_requests", useBilledSearches),
		jsonscan.Each(at+"tools[]", respTool),
		jsonscan.Scalar(at+"tools[].type", respToolType),
		jsonscan.Scalar(at+"tools[].model", respToolModel),
		jsonscan.Scalar(at+"prompt_cache_options.ttl", respCacheTTL),
		jsonscan.Scalar(at+"id", respID),
		jsonscan.Scalar(at+"model", respModel),
		jsonscan.Scalar(at+"service_tier", respTier),
		jsonscan.Scalar(at+"status", respStatus),
		jsonscan.Scalar(at+"background", respBackground),
		jsonscan.Scalar(at+"incomplete_details.reason", respIncomplete),
		jsonscan.Any(at+"error", respError),
		jsonscan.Scalar(at+"error.code", respErrorCode),
		jsonscan.Scalar(at+"conversation.id", respConversation),
		jsonscan.Each(at+"output[]", respItem),
		jsonscan.Scalar(at+"output[].type", respItemType),
		jsonscan.Scalar(at+"output[].action.type", respItemAction),
		jsonscan.Scalar(at+"output[].environment.type", respItemPlace),
	)
}

// responsesShape is a whole response object.
var responsesShape = compile([]string{"usage"}, append(responsesPaths(""), jsonscan.Scalar("error.type", respErrorType))...)

// responsesStreamShape is one event of a streamed response. The object is in
// the events that open and end the stream.
// xAI's Realtime API has the usage next to it.
var responsesStreamShape = compile([]string{"response.usage", "usage"}, append(responsesPaths("response."),
	jsonscan.Scalar("usage.billable_audio_seconds", useSeconds),
	jsonscan.Scalar("type", respEventType),
	jsonscan.Scalar("code", respEventCode), // of the event "error"; of others it may be a program's
	jsonscan.Scalar("error.code", respEventCode),
	jsonscan.Scalar("error.type", respErrorType),
	jsonscan.Text("delta", respDelta),
)...)

// resultShape is one line of the results of a batch: a chat completion, a
// completion, a list of embeddings or a response object.
var resultShape = compile([]string{"response.body.usage"}, append(responsesPaths("response.body."),
	jsonscan.Scalar("id", respLineID),
	jsonscan.Scalar("response.body.object", respObject),
	jsonscan.Scalar("response.body.system_fingerprint", respFingerprint),
	jsonscan.Each("response.body.choices[]", respChoice),
	jsonscan.Scalar("response.body.choices[].index", respChoiceIndex),
	jsonscan.Scalar("response.body.choices[].finish_reason", respFinishReason),
)...)

// mediaShape is the answer of the image and transcription APIs, whole or one
// event.
var mediaShape = compile([]string{"usage"},
	jsonscan.Scalar("type", respEventType),
	jsonscan.Scalar("model", respModel),
	jsonscan.Scalar("error.code", respErrorCode),
	jsonscan.Each("data[]", respImage),
	jsonscan.Scalar("usage.seconds", useSeconds), // in place of tokens, where the time is billed
)

package bedrock

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Members of requests that only this vendor has.
const (
	reqLatency = genai.OwnMember + iota
)

// requestShape is the request of Converse, of Amazon's models (inferenceConfig,
// textGenerationConfig) and of those who use plain fields.
var requestShape = jsonscan.Compile(
	jsonscan.Scalar("inferenceConfig.temperature", genai.MemberTemperature),
	jsonscan.Scalar("inferenceConfig.topP", genai.MemberTopP),
	jsonscan.Scalar("inferenceConfig.topK", genai.MemberTopK),
	jsonscan.Scalar("inferenceConfig.maxTokens", genai.MemberMaxTokens),
	jsonscan.Scalar("inferenceConfig.stopSequences[]", genai.MemberStop),
	jsonscan.Scalar("additionalModelRequestFields.top_k", genai.MemberTopK),
	jsonscan.Scalar("guardrailConfig.guardrailIdentifier", genai.MemberGuardrail),
	jsonscan.Scalar("serviceTier.type", genai.MemberServiceTier),
	jsonscan.Scalar("performanceConfig.latency", reqLatency),
	jsonscan.Scalar("textGenerationConfig.temperature", genai.MemberTemperature),
	jsonscan.Scalar("textGenerationConfig.topP", genai.MemberTopP),
	jsonscan.Scalar("textGenerationConfig.maxTokenCount", genai.MemberMaxTokens),
	jsonscan.Scalar("textGenerationConfig.stopSequences[]", genai.MemberStop),
	jsonscan.Scalar("temperature", genai.MemberTemperature),
	jsonscan.Scalar("top_p", genai.MemberTopP),
	jsonscan.Scalar("top_k", genai.MemberTopK),
	jsonscan.Scalar("max_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_gen_len", genai.MemberMaxTokens),
	jsonscan.Scalar("max_new_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_completion_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_tokens_to_sample", genai.MemberMaxTokens), // text completions of Claude
	jsonscan.Scalar("maxTokens", genai.MemberMaxTokens),            // Jurassic
	jsonscan.Scalar("topP", genai.MemberTopP),
	jsonscan.Scalar("stopSequences[]", genai.MemberStop),
	jsonscan.Scalar("inferenceConfig.max_new_tokens", genai.MemberMaxTokens), // Nova
	jsonscan.Scalar("inferenceConfig.top_p", genai.MemberTopP),
	jsonscan.Scalar("inferenceConfig.top_k", genai.MemberTopK),
	jsonscan.Scalar("p", genai.MemberTopP), // Cohere
	jsonscan.Scalar("k", genai.MemberTopK),
	jsonscan.Scalar("num_generations", genai.MemberChoiceCount),
	jsonscan.Scalar("n", genai.MemberChoiceCount),
	jsonscan.Scalar("seed", genai.MemberSeed),
	jsonscan.Scalar("frequency_penalty", genai.MemberFrequencyPenalty),
	jsonscan.Scalar("presence_penalty", genai.MemberPresencePenalty),
	jsonscan.Scalar("stop", genai.MemberStop),
	jsonscan.Scalar("stop[]", genai.MemberStop),
	jsonscan.Scalar("stop_sequences[]", genai.MemberStop),
	jsonscan.Scalar("dimensions", genai.MemberDimensions),
	jsonscan.Scalar("output_dimension", genai.MemberDimensions),
	jsonscan.Scalar("singleEmbeddingParams.embeddingDimension", genai.MemberDimensions), // Nova
	jsonscan.Scalar("embedding_types[]", genai.MemberEncodingFormat),
	jsonscan.Scalar("embeddingTypes[]", genai.MemberEncodingFormat), // Titan
)

// Fields of responses and stream events.
const (
	respStopReason jsonscan.Field = iota + 1
	respGuardrail
	respTier
	respLatency
	respText
	respID
	respModel

	useObject
	useCacheDetail
	useCacheTTL
	useCacheTokens
	useFlatInput
	useFlatOutputPart
	useFlatOutput
	useInclusiveInput
)

func usagePaths(at string) []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Each(at, useObject),
		jsonscan.Scalar(at+".inputTokens", genai.Counted(usage.Input)),
		jsonscan.Scalar(at+".outputTokens", genai.Counted(usage.Output)),
		jsonscan.Scalar(at+".cacheReadInputTokens", genai.Counted(usage.CacheRead)),
		jsonscan.Scalar(at+".cacheWriteInputTokens", genai.Counted(usage.CacheWrite)),
		jsonscan.Scalar(at+".cacheReadInputTokenCount", genai.Counted(usage.CacheRead)), // Nova
		jsonscan.Scalar(at+".cacheWriteInputTokenCount", genai.Counted(usage.CacheWrite)),
		jsonscan.Each(at+".cacheDetails[]", useCacheDetail),
		jsonscan.Scalar(at+".cacheDetails[].ttl", useCacheTTL),
		jsonscan.Scalar(at+".cacheDetails[].inputTokens", useCacheTokens),
	}
}

// responsePaths are the fields of an answer: of Converse, and of InvokeModel
// with the bodies of Amazon's, Meta's, Mistral's and Cohere's models.
func responsePaths() []jsonscan.Path {
	paths := append(usagePaths("usage"), usagePaths("metadata.usage")...)
	return append(paths,
		jsonscan.Scalar("stopReason", respStopReason),
		jsonscan.Scalar("messageStop.stopReason", respStopReason),
		jsonscan.Scalar("amazon-bedrock-guardrailAction", respGuardrail),
		jsonscan.Scalar("serviceTier.type", respTier),
		jsonscan.Scalar("performanceConfig.latency", respLatency),
		// Titan, whole and streamed.
		jsonscan.Scalar("inputTextTokenCount", useFlatInput),
		jsonscan.Scalar("results[].tokenCount", useFlatOutputPart),
		jsonscan.Scalar("results[].completionReason", respStopReason),
		jsonscan.Scalar("totalOutputTextTokenCount", useFlatOutput),
		jsonscan.Scalar("completionReason", respStopReason),
		// Llama.
		jsonscan.Scalar("prompt_token_count", useFlatInput),
		jsonscan.Scalar("generation_token_count", useFlatOutput),
		jsonscan.Scalar("stop_reason", respStopReason),
		// Mistral and Cohere, and models with OpenAI's body.
		jsonscan.Scalar("outputs[].stop_reason", respStopReason),
		jsonscan.Scalar("generations[].finish_reason", respStopReason),
		jsonscan.Scalar("finish_reason", respStopReason),
		jsonscan.Scalar("choices[].finish_reason", respStopReason),
		jsonscan.Scalar("choices[].stop_reason", respStopReason),
		jsonscan.Scalar("completions[].finishReason.reason", respStopReason), // Jurassic
		jsonscan.Scalar("usage.prompt_tokens", useInclusiveInput),
		jsonscan.Scalar("usage.completion_tokens", genai.Counted(usage.Output)),
		jsonscan.Scalar("id", respID),
		jsonscan.Scalar("response_id", respID), // Cohere's Command R
		jsonscan.Scalar("model", respModel),
		// Claude of before the Messages API.
		jsonscan.Scalar("usage.input_tokens", genai.Counted(usage.Input)),
		jsonscan.Scalar("usage.output_tokens", genai.Counted(usage.Output)),
		// The last event of every InvokeModel stream.
		jsonscan.Each("amazon-bedrock-invocationMetrics", useObject),
		jsonscan.Scalar("amazon-bedrock-invocationMetrics.inputTokenCount", genai.Counted(usage.Input)),
		jsonscan.Scalar("amazon-bedrock-invocationMetrics.outputTokenCount", genai.Counted(usage.Output)),
		jsonscan.Scalar("amazon-bedrock-invocationMetrics.cacheReadInputTokenCount", genai.Counted(usage.CacheRead)),
		jsonscan.Scalar("amazon-bedrock-invocationMetrics.cacheWriteInputTokenCount", genai.Counted(usage.CacheWrite)),
	)
}

// responseShape is a whole answer.
var responseShape = jsonscan.Compile(responsePaths()...)

// streamShape is one event of a stream.
var streamShape = jsonscan.Compile(append(responsePaths(),
	// Messages of the Claudes that are asked for text completions as well.
	jsonscan.Scalar("message.id", respID),
	jsonscan.Scalar("message.model", respModel),
	jsonscan.Scalar("delta.stop_reason", respStopReason),
	jsonscan.Text("delta.text", respText),
	jsonscan.Text("delta.reasoningContent.text", respText),
	jsonscan.Text("delta.toolUse.input", respText),
	jsonscan.Text("contentBlockDelta.delta.text", respText),
	jsonscan.Text("outputText", respText),
	jsonscan.Text("generation", respText),
	jsonscan.Text("outputs[].text", respText),
	jsonscan.Text("text", respText),
	jsonscan.Text("completion", respText),
	jsonscan.Text("choices[].delta.content", respText),
)...)

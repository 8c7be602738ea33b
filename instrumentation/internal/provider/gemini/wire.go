package gemini

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// Fields of request bodies.
const (
	reqTemperature jsonscan.Field = iota + 1
	reqTopP
	reqTopK
	reqMaxTokens
	reqCandidates
	reqSeed
	reqStop
	reqFrequencyPenalty
	reqPresencePenalty
	reqMIME
	reqThinking
	reqDimensions
	reqServiceTier
)

// requestShape accepts both spellings of keys that protocol buffers allow.
var requestShape = jsonscan.Compile(requestPaths()...)

func requestPaths() []jsonscan.Path {
	paths := []jsonscan.Path{
		jsonscan.Scalar("outputDimensionality", reqDimensions),
		jsonscan.Scalar("parameters.outputDimensionality", reqDimensions),
		jsonscan.Scalar("requests[].outputDimensionality", reqDimensions),
		jsonscan.Scalar("serviceTier", reqServiceTier),
		jsonscan.Scalar("service_tier", reqServiceTier),
	}
	for at, keys := range map[string]map[string]jsonscan.Field{
		"generationConfig.": {
			"topP": reqTopP, "topK": reqTopK, "maxOutputTokens": reqMaxTokens, "candidateCount": reqCandidates,
			"stopSequences[]": reqStop, "frequencyPenalty": reqFrequencyPenalty, "presencePenalty": reqPresencePenalty,
			"responseMimeType": reqMIME, "thinkingConfig.thinkingLevel": reqThinking,
			"temperature": reqTemperature, "seed": reqSeed,
		},
		"generation_config.": {
			"top_p": reqTopP, "top_k": reqTopK, "max_output_tokens": reqMaxTokens, "candidate_count": reqCandidates,
			"stop_sequences[]": reqStop, "frequency_penalty": reqFrequencyPenalty, "presence_penalty": reqPresencePenalty,
			"response_mime_type": reqMIME, "thinking_config.thinking_level": reqThinking,
			"temperature": reqTemperature, "seed": reqSeed,
		},
	} {
		for key, field := range keys {
			paths = append(paths, jsonscan.Scalar(at+key, field))
		}
	}
	return paths
}

// Fields of responses.
const (
	respID jsonscan.Field = iota + 1
	respModel
	respBlocked
	respErrorStatus
	respCandidate
	respIndex
	respFinishReason
	respSearch
	respText

	useObject
	usePrompt
	useCandidates
	useTotal
	useCached
	useThoughts
	useToolPrompt
	useTier
	useTraffic
	useStatistics
	useDetail
	usePromptDetail
	useToolDetail
	useCachedDetail
	useOutputDetail
	useModality
	useModalityCount
)

func usagePaths() []jsonscan.Path {
	const at = "usageMetadata."
	paths := []jsonscan.Path{
		jsonscan.Each("usageMetadata", useObject),
		jsonscan.Scalar(at+"promptTokenCount", usePrompt),
		jsonscan.Scalar(at+"candidatesTokenCount", useCandidates),
		jsonscan.Scalar(at+"totalTokenCount", useTotal),
		jsonscan.Scalar(at+"cachedContentTokenCount", useCached),
		jsonscan.Scalar(at+"thoughtsTokenCount", useThoughts),
		jsonscan.Scalar(at+"toolUsePromptTokenCount", useToolPrompt),
		jsonscan.Scalar(at+"serviceTier", useTier),
		jsonscan.Scalar(at+"trafficType", useTraffic),
	}
	for key, f := range map[string]jsonscan.Field{
		"promptTokensDetails": usePromptDetail, "toolUsePromptTokensDetails": useToolDetail,
		"cacheTokensDetails": useCachedDetail, "candidatesTokensDetails": useOutputDetail,
	} {
		paths = append(paths,
			jsonscan.Each(at+key, f),
			jsonscan.Each(at+key+"[]", useDetail),
			jsonscan.Scalar(at+key+"[].modality", useModality),
			jsonscan.Scalar(at+key+"[].tokenCount", useModalityCount),
		)
	}
	return paths
}

func responsePaths() []jsonscan.Path {
	return append(usagePaths(),
		jsonscan.Scalar("responseId", respID),
		jsonscan.Scalar("modelVersion", respModel),
		jsonscan.Scalar("promptFeedback.blockReason", respBlocked),
		jsonscan.Scalar("error.status", respErrorStatus),
		jsonscan.Each("candidates[]", respCandidate),
		jsonscan.Scalar("candidates[].index", respIndex),
		jsonscan.Scalar("candidates[].finishReason", respFinishReason),
		jsonscan.Scalar("candidates[].groundingMetadata.webSearchQueries[]", respSearch),
	)
}

// responseShape is a whole answer.
var responseShape = jsonscan.Compile(responsePaths()...)

// streamShape is one event of a stream, or one element of its array.
var streamShape = jsonscan.Compile(append(responsePaths(),
	jsonscan.Text("candidates[].content.parts[].text", respText),
)...)

// embedShape is an answer of embedContent or of Vertex AI's predict.
var embedShape = jsonscan.Compile(append(usagePaths(),
	jsonscan.Scalar("predictions[].embeddings.statistics.token_count", useStatistics),
)...)

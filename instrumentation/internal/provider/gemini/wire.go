package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Members of requests that only this vendor has.
const (
	reqMIME = genai.OwnMember + iota
)

// requestShape accepts both spellings of keys that protocol buffers allow.
var requestShape = jsonscan.Compile(requestPaths()...)

func requestPaths() []jsonscan.Path {
	paths := []jsonscan.Path{
		jsonscan.Scalar("outputDimensionality", genai.MemberDimensions),
		jsonscan.Scalar("parameters.outputDimensionality", genai.MemberDimensions),
		jsonscan.Scalar("requests[].outputDimensionality", genai.MemberDimensions),
		jsonscan.Scalar("serviceTier", genai.MemberServiceTier),
		jsonscan.Scalar("service_tier", genai.MemberServiceTier),
	}
	for at, keys := range map[string]map[string]jsonscan.Field{
		"generationConfig.": {
			"topP": genai.MemberTopP, "topK": genai.MemberTopK, "maxOutputTokens": genai.MemberMaxTokens, "candidateCount": genai.MemberChoiceCount,
			"stopSequences[]": genai.MemberStop, "frequencyPenalty": genai.MemberFrequencyPenalty, "presencePenalty": genai.MemberPresencePenalty,
			"responseMimeType": reqMIME, "thinkingConfig.thinkingLevel": genai.MemberReasoning,
			"temperature": genai.MemberTemperature, "seed": genai.MemberSeed,
		},
		"generation_config.": {
			"top_p": genai.MemberTopP, "top_k": genai.MemberTopK, "max_output_tokens": genai.MemberMaxTokens, "candidate_count": genai.MemberChoiceCount,
			"stop_sequences[]": genai.MemberStop, "frequency_penalty": genai.MemberFrequencyPenalty, "presence_penalty": genai.MemberPresencePenalty,
			"response_mime_type": reqMIME, "thinking_config.thinking_level": genai.MemberReasoning,
			"temperature": genai.MemberTemperature, "seed": genai.MemberSeed,
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
	respWebChunk
	respMapsChunk
	respText
	respInlined
	respInlinedAgain
	respEmbedding

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

// usagePaths are the fields of the usage below a prefix.
func usagePaths(prefix string) []jsonscan.Path {
	at := prefix + "usageMetadata."
	paths := []jsonscan.Path{
		jsonscan.Each(prefix+"usageMetadata", useObject),
		jsonscan.Scalar(at+"promptTokenCount", usePrompt),
		jsonscan.Scalar(at+"candidatesTokenCount", useCandidates),
		jsonscan.Scalar(at+"responseTokenCount", useCandidates), // Live
		jsonscan.Scalar(at+"totalTokenCount", useTotal),
		jsonscan.Scalar(at+"cachedContentTokenCount", useCached),
		jsonscan.Scalar(at+"thoughtsTokenCount", useThoughts),
		jsonscan.Scalar(at+"toolUsePromptTokenCount", useToolPrompt),
		jsonscan.Scalar(at+"serviceTier", useTier),
		jsonscan.Scalar(at+"trafficType", useTraffic),
	}
	return append(paths, modalityPaths(at, "tokenCount", map[string]jsonscan.Field{
		"promptTokensDetails": usePromptDetail, "toolUsePromptTokensDetails": useToolDetail,
		"cacheTokensDetails": useCachedDetail, "candidatesTokensDetails": useOutputDetail,
		"responseTokensDetails": useOutputDetail,
	})...)
}

// modalityPaths are lists of the usage below a prefix that split a count by
// modality; count is its name in an element.
func modalityPaths(at, count string, lists map[string]jsonscan.Field) []jsonscan.Path {
	var paths []jsonscan.Path
	for key, f := range lists {
		paths = append(paths,
			jsonscan.Each(at+key, f),
			jsonscan.Each(at+key+"[]", useDetail),
			jsonscan.Scalar(at+key+"[].modality", useModality),
			jsonscan.Scalar(at+key+"[]."+count, useModalityCount),
		)
	}
	return paths
}

// responsePaths are the fields of an answer below a prefix.
func responsePaths(at string) []jsonscan.Path {
	return append(usagePaths(at),
		jsonscan.Scalar(at+"responseId", respID),
		jsonscan.Scalar(at+"modelVersion", respModel),
		jsonscan.Scalar(at+"promptFeedback.blockReason", respBlocked),
		jsonscan.Scalar(at+"error.status", respErrorStatus),
		jsonscan.Each(at+"candidates[]", respCandidate),
		jsonscan.Scalar(at+"candidates[].index", respIndex),
		jsonscan.Scalar(at+"candidates[].finishReason", respFinishReason),
		jsonscan.Scalar(at+"candidates[].groundingMetadata.webSearchQueries[]", respSearch),
		jsonscan.Each(at+"candidates[].groundingMetadata.groundingChunks[].web", respWebChunk),
		jsonscan.Each(at+"candidates[].groundingMetadata.groundingChunks[].maps", respMapsChunk),
	)
}

// responseShape is a whole answer.
var responseShape = jsonscan.Compile(responsePaths("")...)

// streamShape is one event of a stream, or one element of its array.
var streamShape = jsonscan.Compile(append(responsePaths(""),
	jsonscan.Text("candidates[].content.parts[].text", respText),
)...)

// embedShape is an answer of embedContent or of Vertex AI's predict.
var embedShape = jsonscan.Compile(append(usagePaths(""),
	jsonscan.Scalar("predictions[].embeddings.statistics.token_count", useStatistics),
)...)

// resultPaths are the fields of a result below a prefix.
func resultPaths(at string) []jsonscan.Path {
	return append(responsePaths(at+"response."), jsonscan.Each(at+"response.embedding", respEmbedding))
}

// fileShape is one line of a file with the results of a batch.
var fileShape = jsonscan.Compile(append(resultPaths(""), responsePaths("")...)...)

// A batch that has ended holds its results twice: as the response of the
// operation, and in what is said of it.
const (
	inlined      = "response.inlinedResponses.inlinedResponses[]"
	inlinedAgain = "metadata.output.inlinedResponses.inlinedResponses[]"
)

var batchShape = jsonscan.Compile(append(append(resultPaths(inlined+"."), resultPaths(inlinedAgain+".")...),
	jsonscan.Each(inlined, respInlined),
	jsonscan.Each(inlinedAgain, respInlinedAgain),
)...)

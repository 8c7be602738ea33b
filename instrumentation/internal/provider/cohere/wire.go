package cohere

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Scalar("temperature", genai.MemberTemperature),
	jsonscan.Scalar("p", genai.MemberTopP),
	jsonscan.Scalar("k", genai.MemberTopK),
	jsonscan.Scalar("max_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("num_generations", genai.MemberChoiceCount),
	jsonscan.Scalar("seed", genai.MemberSeed),
	jsonscan.Scalar("stop_sequences[]", genai.MemberStop),
	jsonscan.Scalar("frequency_penalty", genai.MemberFrequencyPenalty),
	jsonscan.Scalar("presence_penalty", genai.MemberPresencePenalty),
	jsonscan.Scalar("response_format.type", genai.MemberJSONFormat),
	jsonscan.Scalar("embedding_types[]", genai.MemberEncodingFormat),
	jsonscan.Scalar("output_dimension", genai.MemberDimensions),
)

// Fields of responses and stream events.
const (
	respID jsonscan.Field = iota + 1
	respFinishReason
	respEventType
	respText
)

func billedPaths(at string) []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar(at+"billed_units.input_tokens", genai.Counted(usage.Input)),
		jsonscan.Scalar(at+"billed_units.output_tokens", genai.Counted(usage.Output)),
		jsonscan.Scalar(at+"billed_units.search_units", genai.Counted(usage.SearchUnits)),
		jsonscan.Scalar(at+"billed_units.images", genai.Counted(usage.Images)),
	}
}

// responseShape is a whole answer: version 2 has usage and id, version 1 meta
// and generation_id.
var responseShape = jsonscan.Compile(append(append(billedPaths("usage."), billedPaths("meta.")...),
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("generation_id", respID),
	jsonscan.Scalar("finish_reason", respFinishReason),
	jsonscan.Scalar("generations[].finish_reason", respFinishReason),
)...)

// streamShape is one event: of version 2 with type and delta, of version 1 with
// event_type and, at the end, response.
var streamShape = jsonscan.Compile(append(append(billedPaths("delta.usage."), billedPaths("response.meta.")...),
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("generation_id", respID),
	jsonscan.Scalar("response.id", respID),
	jsonscan.Scalar("type", respEventType),
	jsonscan.Scalar("event_type", respEventType),
	jsonscan.Scalar("delta.finish_reason", respFinishReason),
	jsonscan.Scalar("finish_reason", respFinishReason),
	jsonscan.Text("delta.message.content.text", respText),
	jsonscan.Text("text", respText),
)...)

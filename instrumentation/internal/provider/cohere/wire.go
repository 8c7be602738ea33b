package cohere

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// Fields of request bodies.
const (
	reqModel jsonscan.Field = iota + 1
	reqStream
	reqTemperature
	reqTopP
	reqTopK
	reqMaxTokens
	reqSeed
	reqStop
	reqFrequencyPenalty
	reqPresencePenalty
	reqFormat
	reqEncoding
	reqDimensions
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", reqModel),
	jsonscan.Scalar("stream", reqStream),
	jsonscan.Scalar("temperature", reqTemperature),
	jsonscan.Scalar("p", reqTopP),
	jsonscan.Scalar("k", reqTopK),
	jsonscan.Scalar("max_tokens", reqMaxTokens),
	jsonscan.Scalar("seed", reqSeed),
	jsonscan.Scalar("stop_sequences[]", reqStop),
	jsonscan.Scalar("frequency_penalty", reqFrequencyPenalty),
	jsonscan.Scalar("presence_penalty", reqPresencePenalty),
	jsonscan.Scalar("response_format.type", reqFormat),
	jsonscan.Scalar("embedding_types[]", reqEncoding),
	jsonscan.Scalar("output_dimension", reqDimensions),
)

// Fields of responses and stream events.
const (
	respID jsonscan.Field = iota + 1
	respFinishReason
	respEventType
	respText

	useInput
	useOutput
	useSearchUnits
	useImages
)

func billedPaths(at string) []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar(at+"billed_units.input_tokens", useInput),
		jsonscan.Scalar(at+"billed_units.output_tokens", useOutput),
		jsonscan.Scalar(at+"billed_units.search_units", useSearchUnits),
		jsonscan.Scalar(at+"billed_units.images", useImages),
	}
}

// responseShape is a whole answer: version 2 has usage and id, version 1 meta
// and generation_id.
var responseShape = jsonscan.Compile(append(append(billedPaths("usage."), billedPaths("meta.")...),
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("generation_id", respID),
	jsonscan.Scalar("finish_reason", respFinishReason),
)...)

// streamShape is one event: of version 2 with type and delta, of version 1 with
// event_type and, at the end, response.
var streamShape = jsonscan.Compile(append(append(billedPaths("delta.usage."), billedPaths("response.meta.")...),
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("generation_id", respID),
	jsonscan.Scalar("type", respEventType),
	jsonscan.Scalar("event_type", respEventType),
	jsonscan.Scalar("delta.finish_reason", respFinishReason),
	jsonscan.Scalar("finish_reason", respFinishReason),
	jsonscan.Text("delta.message.content.text", respText),
	jsonscan.Text("text", respText),
)...)

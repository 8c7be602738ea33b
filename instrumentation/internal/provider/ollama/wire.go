package ollama

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// Fields of request bodies.
const (
	reqModel jsonscan.Field = iota + 1
	reqTemperature
	reqTopP
	reqTopK
	reqMaxTokens
	reqSeed
	reqStop
	reqFrequencyPenalty
	reqPresencePenalty
	reqFormat
	reqDimensions
	reqThink
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", reqModel),
	jsonscan.Scalar("options.temperature", reqTemperature),
	jsonscan.Scalar("options.top_p", reqTopP),
	jsonscan.Scalar("options.top_k", reqTopK),
	jsonscan.Scalar("options.num_predict", reqMaxTokens),
	jsonscan.Scalar("options.seed", reqSeed),
	jsonscan.Scalar("options.stop[]", reqStop),
	jsonscan.Scalar("options.frequency_penalty", reqFrequencyPenalty),
	jsonscan.Scalar("options.presence_penalty", reqPresencePenalty),
	jsonscan.Scalar("format", reqFormat),
	jsonscan.Scalar("dimensions", reqDimensions),
	jsonscan.Scalar("think", reqThink),
)

// Fields of responses and stream lines.
const (
	respModel jsonscan.Field = iota + 1
	respDone
	respDoneReason
	respError
	respText

	useInput
	useOutput
)

func responsePaths() []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar("model", respModel),
		jsonscan.Scalar("done", respDone),
		jsonscan.Scalar("done_reason", respDoneReason),
		jsonscan.Scalar("error", respError),
		jsonscan.Scalar("prompt_eval_count", useInput),
		jsonscan.Scalar("eval_count", useOutput),
	}
}

// responseShape is a whole answer.
var responseShape = jsonscan.Compile(responsePaths()...)

// streamShape is one line of a stream; the last one has the counts.
var streamShape = jsonscan.Compile(append(responsePaths(),
	jsonscan.Text("message.content", respText),
	jsonscan.Text("message.thinking", respText),
	jsonscan.Text("response", respText),
	jsonscan.Text("thinking", respText),
)...)

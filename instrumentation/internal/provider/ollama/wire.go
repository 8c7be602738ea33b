package ollama

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Scalar("options.temperature", genai.MemberTemperature),
	jsonscan.Scalar("options.top_p", genai.MemberTopP),
	jsonscan.Scalar("options.top_k", genai.MemberTopK),
	jsonscan.Scalar("options.num_predict", genai.MemberMaxTokens),
	jsonscan.Scalar("options.seed", genai.MemberSeed),
	jsonscan.Scalar("options.stop[]", genai.MemberStop),
	jsonscan.Scalar("options.frequency_penalty", genai.MemberFrequencyPenalty),
	jsonscan.Scalar("options.presence_penalty", genai.MemberPresencePenalty),
	jsonscan.Scalar("format", genai.MemberJSONFormat),
	jsonscan.Scalar("dimensions", genai.MemberDimensions),
	jsonscan.Scalar("think", genai.MemberReasoning),
)

// Fields of responses and stream lines.
const (
	respModel jsonscan.Field = iota + 1
	respDone
	respDoneReason
	respError
	respText
)

func responsePaths() []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar("model", respModel),
		jsonscan.Scalar("done", respDone),
		jsonscan.Scalar("done_reason", respDoneReason),
		jsonscan.Scalar("error", respError),
		jsonscan.Scalar("prompt_eval_count", genai.Counted(usage.Input)),
		jsonscan.Scalar("eval_count", genai.Counted(usage.Output)),
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

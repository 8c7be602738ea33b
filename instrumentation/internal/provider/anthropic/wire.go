package anthropic

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Scalar("max_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("max_tokens_to_sample", genai.MemberMaxTokens), // text completions
	jsonscan.Scalar("temperature", genai.MemberTemperature),
	jsonscan.Scalar("top_p", genai.MemberTopP),
	jsonscan.Scalar("top_k", genai.MemberTopK),
	jsonscan.Scalar("stop_sequences[]", genai.MemberStop),
	jsonscan.Scalar("output_config.effort", genai.MemberReasoning),
	jsonscan.Scalar("service_tier", genai.MemberServiceTier),
	jsonscan.Scalar("inference_geo", genai.MemberInferenceGeo),
	jsonscan.Scalar("speed", genai.MemberSpeed),
	jsonscan.Scalar("output_config.format.type", genai.MemberJSONFormat),
	jsonscan.Scalar("output_format.type", genai.MemberJSONFormat),
)

// Fields of messages and stream events.
const (
	respID jsonscan.Field = iota + 1
	respModel
	respStopReason
	respEventType
	respErrorType
	respText

	useObject
	useTier
	useGeo
	useSpeed

	useIteration
	useIterationType
	useIterationModel
)

// usagePaths are those of a usage object, and of the iterations in it.
func usagePaths(at string) []jsonscan.Path {
	return append(append(tokenPaths(at), tokenPaths(at+"iterations[].")...),
		jsonscan.Each(strings.TrimSuffix(at, "."), useObject),
		jsonscan.Scalar(at+"server_tool_use.web_search_requests", genai.Counted(usage.WebSearches)),
		jsonscan.Scalar(at+"server_tool_use.code_execution_requests", genai.Counted(usage.CodeExecutions)),
		jsonscan.Scalar(at+"service_tier", useTier),
		jsonscan.Scalar(at+"inference_geo", useGeo),
		jsonscan.Scalar(at+"speed", useSpeed),
		jsonscan.Each(at+"iterations[]", useIteration),
		jsonscan.Scalar(at+"iterations[].type", useIterationType),
		jsonscan.Scalar(at+"iterations[].model", useIterationModel),
	)
}

func tokenPaths(at string) []jsonscan.Path {
	return []jsonscan.Path{
		jsonscan.Scalar(at+"input_tokens", genai.Counted(usage.Input)),
		jsonscan.Scalar(at+"output_tokens", genai.Counted(usage.Output)),
		jsonscan.Scalar(at+"cache_read_input_tokens", genai.Counted(usage.CacheRead)),
		jsonscan.Scalar(at+"cache_creation_input_tokens", genai.Counted(usage.CacheWrite)),
		jsonscan.Scalar(at+"cache_creation.ephemeral_5m_input_tokens", genai.Counted(usage.CacheWrite5m)),
		jsonscan.Scalar(at+"cache_creation.ephemeral_1h_input_tokens", genai.Counted(usage.CacheWrite1h)),
		jsonscan.Scalar(at+"output_tokens_details.thinking_tokens", genai.Counted(usage.Reasoning)),
	}
}

// messageShape is a whole message.
var messageShape = jsonscan.Compile(append(usagePaths("usage."),
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("model", respModel),
	jsonscan.Scalar("stop_reason", respStopReason),
	jsonscan.Scalar("error.type", respErrorType),
)...)

// resultShape is one line of the results of a batch; only one that succeeded
// holds a message.
var resultShape = jsonscan.Compile(append(usagePaths("result.message.usage."),
	jsonscan.Scalar("result.message.id", respID),
	jsonscan.Scalar("result.message.model", respModel),
	jsonscan.Scalar("result.message.stop_reason", respStopReason),
)...)

// streamShape is one event of a stream. message_start carries the message with
// its input counts, message_delta the reason and the final counts.
var streamShape = jsonscan.Compile(append(append(usagePaths("message.usage."), usagePaths("usage.")...),
	jsonscan.Scalar("type", respEventType),
	jsonscan.Scalar("message.id", respID),
	jsonscan.Scalar("message.model", respModel),
	jsonscan.Scalar("delta.stop_reason", respStopReason),
	jsonscan.Scalar("error.type", respErrorType),
	jsonscan.Text("delta.text", respText),
	jsonscan.Text("delta.thinking", respText),
	jsonscan.Text("delta.partial_json", respText),
	// Text completions.
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("model", respModel),
	jsonscan.Scalar("stop_reason", respStopReason),
	jsonscan.Text("completion", respText),
)...)

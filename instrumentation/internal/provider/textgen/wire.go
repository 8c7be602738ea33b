package textgen

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

var requestShape = jsonscan.Compile(append(append(parameterPaths(""), parameterPaths("parameters.")...),
	jsonscan.Scalar("model_id", genai.MemberModel),
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
)...)

func parameterPaths(at string) []jsonscan.Path {
	var paths []jsonscan.Path
	for key, f := range map[string]jsonscan.Field{
		"max_tokens": genai.MemberMaxTokens, "max_new_tokens": genai.MemberMaxTokens, "max_completion_tokens": genai.MemberMaxTokens, "maximum_tokens": genai.MemberMaxTokens,
		"temperature": genai.MemberTemperature, "top_p": genai.MemberTopP, "top_k": genai.MemberTopK, "seed": genai.MemberSeed, "random_seed": genai.MemberSeed,
		"stop[]": genai.MemberStop, "stop_sequences[]": genai.MemberStop,
		"frequency_penalty": genai.MemberFrequencyPenalty, "presence_penalty": genai.MemberPresencePenalty,
	} {
		paths = append(paths, jsonscan.Scalar(at+key, f))
	}
	return paths
}

// Fields of responses and events.
const (
	respID jsonscan.Field = iota + 1
	respModel
	respReason
	respErrorCode
	respText
	respImage

	useInput
	useOutput
	useCached
)

// responsePaths are the fields of an answer: of Workers AI below "result.", of
// watsonx.ai, and of TGI, whose answer to several inputs is a list.
func responsePaths() []jsonscan.Path {
	var paths []jsonscan.Path
	for _, at := range []string{"", "result."} {
		paths = append(paths,
			jsonscan.Scalar(at+"id", respID),
			jsonscan.Scalar(at+"model", respModel),
			jsonscan.Scalar(at+"model_id", respModel),
			jsonscan.Scalar(at+"choices[].finish_reason", respReason),
			jsonscan.Scalar(at+"usage.prompt_tokens", useInput),
			jsonscan.Scalar(at+"usage.completion_tokens", useOutput),
			jsonscan.Scalar(at+"usage.prompt_tokens_details.cached_tokens", useCached),
		)
	}
	for _, at := range []string{"", "[]."} {
		paths = append(paths,
			jsonscan.Scalar(at+"details.finish_reason", respReason),
			jsonscan.Scalar(at+"details.generated_tokens", useOutput),
			jsonscan.Scalar(at+"details.input_length", useInput),
		)
	}
	return append(paths,
		jsonscan.Scalar("results[].stop_reason", respReason),
		jsonscan.Scalar("results[].input_token_count", useInput),
		jsonscan.Scalar("results[].generated_token_count", useOutput),
		jsonscan.Scalar("input_token_count", useInput),
		jsonscan.Scalar("completions[].finish_reason", respReason), // Aleph Alpha
		jsonscan.Scalar("num_tokens_prompt_total", useInput),
		jsonscan.Scalar("num_tokens_generated", useOutput),
		jsonscan.Scalar("result.image", respImage),
		jsonscan.Scalar("errors[].code", respErrorCode),
		jsonscan.Scalar("error_type", respErrorCode),
	)
}

var responseShape = jsonscan.Compile(responsePaths()...)

var streamShape = jsonscan.Compile(append(responsePaths(),
	jsonscan.Text("response", respText),
	jsonscan.Text("token.text", respText),
	jsonscan.Text("results[].generated_text", respText),
	jsonscan.Text("choices[].delta.content", respText),
)...)

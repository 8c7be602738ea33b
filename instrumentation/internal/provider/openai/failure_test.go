package openai

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// read puts documents through a format, as the events of a stream or the one
// document of an answer.
func read(f genai.Format[genai.Response], documents ...string) genai.Response {
	var r genai.Response
	d := f.New(&r)
	var s jsonscan.Scanner
	s.Init(f.Shape, d, false)
	for _, text := range documents {
		s.Reset()
		s.Write([]byte(text))
	}
	d.Settle()
	return r
}

func chatFormat(stream bool) genai.Format[genai.Response] {
	if stream {
		return genai.Format[genai.Response]{Shape: chatStreamShape, New: newChat(Rules{}, true)}
	}
	return genai.Format[genai.Response]{Shape: chatShape, New: newChat(Rules{}, false)}
}

var streamFormat = genai.Format[genai.Response]{Shape: responsesStreamShape, New: newResponsesStream}

func TestChat_FailureInAnAnswerWithStatus200(t *testing.T) {
	for _, tt := range []struct {
		name, document, want string
		stream               bool
	}{
		{"number and kind", `{"error":{"message":"x","code":502,"metadata":{"error_type":"provider_unavailable"}}}`, "provider_unavailable", false},
		{"number alone", `{"id":"g","choices":[],"error":{"code":502,"message":"limit"}}`, "502", true},
		{"number as text", `{"error":{"code":"429"}}`, "429", false},
		{"code and type", `{"error":{"message":"boom","type":"server_error","code":"internal"}}`, "internal", false},
		{"type alone", `{"error":{"type":"server_error","code":null}}`, "server_error", true},
		{"message alone", `{"error":{"message":"a sentence of the prompt"}}`, "_OTHER", false},
		{"in a choice", `{"choices":[{"index":0,"finish_reason":"error","error":{"code":429,"message":"x"}}]}`, "429", false},
		{"a choice that ends so", `{"choices":[{"index":0,"finish_reason":"error"}]}`, "_OTHER", true},
		{"a text", `{"error":"a sentence of the prompt"}`, "_OTHER", false},
		{"a code as text", `{"error":"model_not_found"}`, "model_not_found", true},
		{"an empty object", `{"error":{},"choices":[]}`, "_OTHER", false},
		{"an empty text", `{"error":"","choices":[{"index":0,"finish_reason":"stop"}]}`, "", false},
		{"of vLLM", `{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}`, "BadRequestError", true},
		{"of MiniMax", `{"id":"1","choices":null,"base_resp":{"status_code":1004,"status_msg":"login fail"}}`, "1004", false},
		{"a status that is well", `{"id":"1","object":"chat.completion","type":"x","code":"y","choices":[],"base_resp":{"status_code":0,"status_msg":""}}`, "", false},
		{"none", `{"choices":[{"index":0,"finish_reason":"stop","error":null}],"error":null}`, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, read(chatFormat(tt.stream), tt.document).ErrorCode)
		})
	}
}

// Only the event "error" has an error's code at its top; that of another event is
// a program's.
func TestResponses_CodeOfAnEvent(t *testing.T) {
	done := `{"type":"response.code_interpreter_call_code.done","item_id":"ci_1","output_index":0,"code":"n"}`
	end := `{"type":"response.completed","response":{"id":"r","status":"completed","usage":{"input_tokens":1,"output_tokens":1}}}`
	assert.Empty(t, read(streamFormat, done, end).ErrorCode)
	assert.Equal(t, "server_error", read(streamFormat, done, `{"code":"server_error","message":"x","type":"error"}`).ErrorCode)
	assert.Equal(t, "rate_limit", read(streamFormat, `{"type":"error","error":{"type":"tokens","code":"rate_limit"}}`).ErrorCode)
	assert.Equal(t, "_OTHER", read(streamFormat, `{"type":"error","message":"x"}`).ErrorCode)
}

func TestUsage_OwnKeyAtAGateway(t *testing.T) {
	for document, want := range map[string]string{
		`{"usage":{"prompt_tokens":1,"cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":0.025}}}`:       "0.025",
		`{"usage":{"prompt_tokens":1,"cost":0.00125,"is_byok":true,"cost_details":{"upstream_inference_cost":0.025}}}`: "0.02625",
		`{"usage":{"prompt_tokens":1,"cost":0.025,"is_byok":false,"cost_details":{"upstream_inference_cost":0.025}}}`:  "0.025",
		`{"usage":{"prompt_tokens":1,"cost":0.00125,"is_byok":true,"cost_details":{"upstream_inference_cost":null}}}`:  "",
		`{"usage":{"cost_details":{"upstream_inference_cost":0.025},"is_byok":true,"cost":0.00125,"prompt_tokens":1}}`: "0.02625",
		`{"usage":{"prompt_tokens":1,"cost":1e-3,"is_byok":true,"cost_details":{"upstream_inference_cost":2.5e-2}}}`:   "0.026",
	} {
		assert.Equal(t, want, read(chatFormat(false), document).VendorCost, document)
	}
}

func TestUsage_LastChunkOfZerosTakesNothingAway(t *testing.T) {
	counted := `{"usage":{"prompt_tokens":7000,"completion_tokens":3000,"total_tokens":10000}}`
	zeros := `{"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`
	r := read(chatFormat(true), zeros, counted, zeros)
	assert.EqualValues(t, 7000, r.Usage.Counts[usage.Input])
	assert.EqualValues(t, 3000, r.Usage.Counts[usage.Output])
}

// The total tells on which side reasoning is counted, regardless of the door's rule.
func TestUsage_ReasoningByTheTotal(t *testing.T) {
	beside := `{"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":110,"completion_tokens_details":{"reasoning_tokens":97}}}`
	assert.EqualValues(t, 98, read(chatFormat(false), beside).Usage.Counts[usage.Output])
	inside := `{"usage":{"prompt_tokens":12,"completion_tokens":98,"total_tokens":110,"completion_tokens_details":{"reasoning_tokens":97}}}`
	assert.EqualValues(t, 98, read(chatFormat(false), inside).Usage.Counts[usage.Output])
}

func TestResponses_ShellInAContainerIsAnExecution(t *testing.T) {
	document := func(place string) string {
		return `{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":1,"output_tokens":1},"output":[{"type":"shell_call","environment":{"type":"` + place + `"}}]}}`
	}
	assert.EqualValues(t, 1, read(streamFormat, document("container_reference")).Usage.Counts[usage.CodeExecutions])
	assert.EqualValues(t, 0, read(streamFormat, document("local")).Usage.Counts[usage.CodeExecutions])
}

package otelgenai_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
)

func TestContent_IsAssembledFromEveryFormat(t *testing.T) {
	for _, tc := range []struct {
		name                         string
		dialect                      otelgenai.Dialect
		path, contentType            string
		request, answer              string
		system, input, output, tools string
	}{
		{
			name: "a chat completion", dialect: otelgenai.OpenAI, path: "/v1/chat/completions", contentType: "application/json",
			request: `{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"42"}],"tools":[{"type":"function","function":{"name":"f","description":"secret","parameters":{}}}]}`,
			answer:  `{"choices":[{"index":0,"message":{"role":"assistant","content":"A cat."},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"A dog."},"finish_reason":"stop"}]}`,
			input:   `[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"What is this?"},{"type":"blob","modality":"image","mime_type":"image/png"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"42"}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"text","content":"A cat."}]},{"role":"assistant","parts":[{"type":"text","content":"A dog."}]}]`,
			tools:   `[{"type":"function","name":"f"}]`,
		},
		{
			name: "a streamed chat completion of two choices", dialect: otelgenai.OpenAI, path: "/v1/chat/completions", contentType: "text/event-stream",
			request: `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`,
			answer: "data: " + `{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":""}}]}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"content":"Hel"}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"content":"lo"}},{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}` + "\n\ndata: [DONE]\n\n",
			input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
			output: `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]}]`,
		},
		{
			name: "a streamed chat completion with thinking in its parts", dialect: otelgenai.Mistral, path: "/v1/chat/completions", contentType: "text/event-stream",
			request: `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`,
			answer: "data: " + `{"choices":[{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"h"}]}]}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"m"}]}]}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Hel"}]}}]}` + "\n\n" +
				"data: " + `{"choices":[{"index":0,"delta":{"content":"lo"}}]}` + "\n\ndata: [DONE]\n\n",
			input:  `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
			output: `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"}]}]`,
		},
		{
			name: "a chat completion with functions, and one that says nothing", dialect: otelgenai.OpenAI, path: "/v1/chat/completions", contentType: "application/json",
			request: `{"model":"m","messages":[{"role":"assistant","content":null},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"a\":1}"}},{"role":"function","name":"f","content":"42"}]}`,
			answer:  `{"choices":[{"index":0,"message":{"role":"assistant","content":null,"function_call":{"name":"g","arguments":"{}"}},"finish_reason":"function_call"}]}`,
			input:   `[{"role":"assistant","parts":[]},{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}]},{"role":"function","name":"f","parts":[{"type":"tool_call_response","name":"f","response":"42"}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"tool_call","name":"g","arguments":{}}]}]`,
		},
		{
			name: "a response of which an item has another type", dialect: otelgenai.OpenAI, path: "/v1/responses", contentType: "application/json",
			request: `{"model":"m","input":"hi"}`,
			answer:  `{"status":"completed","output":[{"type":"tool_search_call","id":"t1","arguments":{"paths":["a"]}},{"type":"new_item","id":7,"arguments":[1]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]}`,
			input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"tool_search_call","id":"t1","arguments":{"paths":["a"]}},{"type":"new_item","arguments":[1]},{"type":"text","content":"Hello"}]}]`,
		},
		{
			name: "a response", dialect: otelgenai.OpenAI, path: "/v1/responses", contentType: "application/json",
			request: `{"model":"m","instructions":"Be brief.","input":"hi"}`,
			answer:  `{"status":"completed","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}]}`,
			system:  `[{"type":"text","content":"Be brief."}]`,
			input:   `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},{"type":"tool_call","id":"c1","name":"f","arguments":{}}]}]`,
		},
		{
			name: "a streamed message", dialect: otelgenai.Anthropic, path: "/v1/messages", contentType: "text/event-stream",
			request: `{"model":"m","stream":true,"system":[{"type":"text","text":"Be brief."}],"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t0","content":[{"type":"text","text":"42"}]},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}],"tools":[{"name":"f","description":"secret","input_schema":{}}]}`,
			answer: "data: " + `{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}` + "\n\n" +
				"data: " + `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}` + "\n\n" +
				"data: " + `{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}` + "\n\n" +
				"data: " + `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hel"}}` + "\n\n" +
				"data: " + `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}}` + "\n\n" +
				"data: " + `{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}` + "\n\n" +
				"data: " + `{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}` + "\n\n" +
				"data: " + `{"type":"message_stop"}` + "\n\n",
			system: `[{"type":"text","content":"Be brief."}]`,
			input:  `[{"role":"user","parts":[{"type":"tool_call_response","id":"t0","response":"42"},{"type":"blob","modality":"image","mime_type":"image/png"}]}]`,
			output: `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},{"type":"tool_call","id":"t1","name":"f","arguments":{"a":1}}]}]`,
			tools:  `[{"type":"function","name":"f"}]`,
		},
		{
			name: "Gemini's array", dialect: otelgenai.Gemini, path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent", contentType: "application/json",
			request: `{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"hi"},{"inlineData":{"mimeType":"audio/wav","data":"AAAA"}}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]}]}`,
			answer:  `[{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hel"}],"role":"model"},"index":0}]},{"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP","index":0}]}]`,
			system:  `[{"type":"text","content":"Be brief."}]`,
			input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","modality":"audio","mime_type":"audio/wav"}]},{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"}]}]`,
		},
		{
			name: "Gemini under the names of protobuf", dialect: otelgenai.Gemini, path: "/v1beta/models/gemini-2.5-pro:generateContent", contentType: "application/json",
			request: `{"system_instruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"audio/wav","data":"AAAA"}},{"file_data":{"mime_type":"video/mp4","file_uri":"gs://x/y"}}]},{"role":"model","parts":[{"function_call":{"name":"f","args":{"a":1}}}]},{"role":"user","parts":[{"function_response":{"name":"f","response":{"n":42}}}]}],"tools":[{"function_declarations":[{"name":"f"}]}]}`,
			answer:  `{"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"index":0}]}`,
			system:  `[{"type":"text","content":"Be brief."}]`,
			input:   `[{"role":"user","parts":[{"type":"blob","modality":"audio","mime_type":"audio/wav"},{"type":"uri","modality":"video","mime_type":"video/mp4","uri":"gs://x/y"}]},{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}]},{"role":"user","parts":[{"type":"tool_call_response","name":"f","response":{"n":42}}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"text","content":"Hello"}]}]`,
			tools:   `[{"type":"function","name":"f"}]`,
		},
		{
			name: "Ollama's lines", dialect: otelgenai.Ollama, path: "/api/chat", contentType: "application/x-ndjson",
			request: `{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi","images":["AAAA"]},{"role":"tool","tool_name":"f","content":"42"}],"tools":[{"type":"function","function":{"name":"f"}}]}`,
			answer:  `{"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}` + "\n" + `{"message":{"role":"assistant","content":"Hel"},"done":false}` + "\n" + `{"message":{"role":"assistant","content":"lo","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done":true}` + "\n",
			input:   `[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","modality":"image"}]},{"role":"tool","parts":[{"type":"tool_call_response","name":"f","response":"42"}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},{"type":"tool_call","name":"f","arguments":{"a":1}}]}]`,
			tools:   `[{"type":"function","name":"f"}]`,
		},
		{
			name: "Cohere's events", dialect: otelgenai.Cohere, path: "/v2/chat", contentType: "text/event-stream",
			request: `{"model":"m","stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}`,
			answer: "data: " + `{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will"}}}` + "\n\n" +
				"data: " + `{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"c1","function":{"name":"f","arguments":""}}}}}` + "\n\n" +
				"data: " + `{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":1}"}}}}}` + "\n\n" +
				"data: " + `{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hello"}}}}` + "\n\n" +
				"data: " + `{"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}` + "\n\n",
			input:  `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"uri","modality":"image","uri":"https://x/y.png"}]}]`,
			output: `[{"role":"assistant","parts":[{"type":"reasoning","content":"I will"},{"type":"text","content":"Hello"},{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]}]`,
		},
		{
			name: "Converse", dialect: otelgenai.Bedrock, path: "/model/m/converse", contentType: "application/json",
			request: `{"system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"hi"},{"image":{"format":"png","source":{"bytes":"AAAA"}}},{"toolResult":{"toolUseId":"t0","content":[{"json":{"n":42}},{"text":"x"}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f"}}]}}`,
			answer:  `{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm"}}},{"text":"Hello"},{"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use"}`,
			system:  `[{"type":"text","content":"Be brief."}]`,
			input:   `[{"role":"user","parts":[{"type":"text","content":"hi"},{"type":"blob","modality":"image","mime_type":"image/png"},{"type":"tool_call_response","id":"t0","response":[{"n":42},"x"]}]}]`,
			output:  `[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},{"type":"tool_call","id":"t1","name":"f","arguments":{"a":1}}]}]`,
			tools:   `[{"type":"function","name":"f"}]`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSignals(otelgenai.WithContentCapture(otelgenai.SpanAndEvent))
			srv := serve(t, 200, tc.contentType, tc.answer)
			got, _ := post(t, context.Background(), s.client(tc.dialect, nil), srv.URL+tc.path, tc.request)
			assert.Equal(t, tc.answer, got)
			attrs := s.attrs(t)
			for key, want := range map[string]string{
				"gen_ai.system_instructions": tc.system, "gen_ai.input.messages": tc.input,
				"gen_ai.output.messages": tc.output, "gen_ai.tool.definitions": tc.tools,
			} {
				if want == "" {
					assert.NotContains(t, attrs, key)
					continue
				}
				assert.JSONEq(t, want, attrs[key].(string), key)
			}
			require.Len(t, s.records.records, 2)
			event := s.records.records[1]
			assert.Equal(t, "gen_ai.client.inference.operation.details", event.EventName())
			assert.NotContains(t, recordAttrs(s.records.records[0]), "gen_ai.output.messages", "the plain record has no content")
			structured := recordAttrs(event)["gen_ai.output.messages"]
			assert.NotNil(t, structured)
			assert.NotEqual(t, "string", typeName(structured), "structured on the event")
		})
	}
}

func typeName(v any) string {
	if _, ok := v.(string); ok {
		return "string"
	}
	return "other"
}

func TestContent_IsRedactedBeforeItIsCutAndRecorded(t *testing.T) {
	const request = `{"model":"m","messages":[{"role":"user","content":"My card is 4111 1111 1111 1111, mail ann@example.com"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"to\":{\"bob@example.com\":[\"sk-abcdefghijklmnop1234\"]}}"}}]}]}`
	s := newSignals(otelgenai.WithContentCapture(otelgenai.SpanOnly), otelgenai.WithRedactors(redact.All...), otelgenai.WithMaxTextBytes(20))
	srv := serve(t, 200, "application/json", strings.Replace(chatResponse, "hello", "ééééééééééééééé write to ann@example.com", 1))
	post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", request)
	attrs := s.attrs(t)
	var input []struct{ Parts []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(attrs["gen_ai.input.messages"].(string)), &input))
	assert.Equal(t, "My card is [card], m", input[0].Parts[0]["content"])
	assert.Equal(t, map[string]any{"to": map[string]any{"[email]": []any{"[api-key]"}}}, input[1].Parts[0]["arguments"])
	assert.Contains(t, attrs["gen_ai.output.messages"], `"éééééééééé"`, "cut between characters")
	assert.Equal(t, true, attrs["spanledger.content.truncated"])
	for key, v := range attrs {
		text, _ := v.(string)
		for _, secret := range []string{"4111", "example.com", "sk-abc"} {
			assert.NotContains(t, text, secret, key)
		}
	}
}

func TestContent_ADetectorThatPanicsLeavesNoContent(t *testing.T) {
	s := newSignals(otelgenai.WithContentCapture(otelgenai.SpanOnly), otelgenai.WithRedactors(func(string) string { panic("bug") }))
	srv := serve(t, 200, "application/json", chatResponse)
	post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	assert.NotContains(t, s.attrs(t), "gen_ai.input.messages")
	assert.Equal(t, int64(1000), s.attrs(t)["gen_ai.usage.input_tokens"])
}

func TestContent_WhereContentGoes(t *testing.T) {
	for name, tc := range map[string]struct {
		env         string
		options     []otelgenai.Option
		span, event bool
	}{
		"nowhere by default":         {"", nil, false, false},
		"where the variable says":    {"event_only", nil, false, true},
		"nowhere for unknown values": {"yes", nil, false, false},
		"on the span when asked":     {"", []otelgenai.Option{otelgenai.WithContentCapture(otelgenai.SpanOnly)}, true, false},
		"the option wins":            {"SPAN_AND_EVENT", []otelgenai.Option{otelgenai.WithContentCapture(otelgenai.SpanOnly)}, true, false},
		"the option turns it off":    {"SPAN_AND_EVENT", []otelgenai.Option{otelgenai.WithContentCapture(otelgenai.NoContent)}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", tc.env)
			s := newSignals(tc.options...)
			srv := serve(t, 200, "application/json", chatResponse)
			post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
			_, onSpan := s.attrs(t)["gen_ai.input.messages"]
			assert.Equal(t, tc.span, onSpan)
			assert.Equal(t, tc.event, len(s.records.records) == 2)
		})
	}
}

func TestContent_BeyondTheLimitIsLeftOutAndFlagged(t *testing.T) {
	s := newSignals(otelgenai.WithContentCapture(otelgenai.SpanOnly))
	long := strings.Replace(chatResponse, "hello", strings.Repeat("x", 2<<20), 1)
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(long))}, nil
	})
	got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, base), "https://api.openai.com/v1/chat/completions", chatRequest)
	assert.Equal(t, len(long), len(got))
	attrs := s.attrs(t)
	assert.NotContains(t, attrs, "gen_ai.output.messages")
	assert.Equal(t, true, attrs["spanledger.content.truncated"])
	assert.Equal(t, int64(1000), attrs["gen_ai.usage.input_tokens"], "usage is read to the end all the same")
}

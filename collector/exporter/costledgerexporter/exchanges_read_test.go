package costledgerexporter

import (
	"strings"
	"testing"
)

const (
	askGPT   = `{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}`
	askGPT5  = `{"model":"gpt-5","input":"x"}`
	chunkOne = `{"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":"y"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}`
)

// A failure inside an answer with status 200 is a failure of the call, and what only
// looks like one is none.
func TestExchanges_FailuresInsideAnAnswer(t *testing.T) {
	play(t, []exchange{
		{name: "OpenRouter, the whole body", url: "https://openrouter.ai/api/v1/chat/completions", request: askGPT,
			answer: `{"error":{"message":"x","code":502}}`, want: charge{failure: "502"}},
		{name: "OpenRouter, a choice", url: "https://openrouter.ai/api/v1/chat/completions", request: askGPT,
			answer: `{"id":"g","choices":[{"index":0,"finish_reason":"error","error":{"code":429,"message":"x"}}]}`, want: charge{failure: "429"}},
		{name: "OpenRouter, an event", url: "https://openrouter.ai/api/v1/chat/completions", request: askGPT,
			answer: events(`{"id":"g","choices":[],"error":{"code":502,"message":"x"}}`), want: charge{failure: "502"}},
		{name: "the content filter of Azure", url: "https://acme.openai.azure.com/openai/deployments/prod/chat/completions?api-version=1", request: askGPT,
			answer: `{"error":{"code":"content_filter","message":"x","status":400}}`, want: charge{failure: "content_filter"}},
		{name: "Cohere", url: "https://api.cohere.com/v2/chat", request: `{"model":"command-a-03-2025","messages":[{"role":"user","content":"x"}]}`,
			answer: `{"id":"c","finish_reason":"ERROR","message":{"role":"assistant","content":[]},"usage":{"billed_units":{"input_tokens":10,"output_tokens":0}}}`, want: charge{failure: "_OTHER"}},
		{name: "a field of an event", url: openAIChat, request: `{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}`,
			answer: "error: {\"code\":500,\"message\":\"x\",\"type\":\"server_error\"}\n\n", head: []string{"Content-Type: text/event-stream"}, noType: true, want: charge{failure: "_OTHER"}},
		{name: "a program of one word is no failure", url: openAIAnswers, request: `{"model":"gpt-5","input":"x","stream":true}`,
			answer: events(`{"type":"response.code_interpreter_call_code.done","item_id":"ci_1","output_index":0,"code":"n"}`,
				`{"type":"response.completed","response":{"id":"r1","status":"completed","model":"gpt-5","usage":{"input_tokens":1000,"output_tokens":100}}}`),
			want: charge{failure: "none", input: 1000, output: 100}},
	})
}

// The first bytes of an answer tell what it is, whatever its Content-Type.
func TestExchanges_EventsUnderAnyContentType(t *testing.T) {
	var all []exchange
	for _, kind := range []string{"application/json", "text/plain", "", "Text/Event-Stream", "TEXT/EVENT-STREAM; charset=utf-8", "application/octet-stream"} {
		x := exchange{
			name: "type " + kind, url: openAIChat, request: `{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}`,
			answer: events(chunkOne, "[DONE]"), noType: true, want: charge{cost: "0.0035", failure: "none", id: "c1"},
		}
		if kind != "" {
			x.head = []string{"Content-Type: " + kind}
		}
		all = append(all, x)
	}
	play(t, all)
}

func TestExchanges_ShapesThatVendorsDocument(t *testing.T) {
	bedrock := "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
	invoke := func(model, answered, request, answer string) exchange {
		return exchange{name: "Bedrock InvokeModel of " + model, url: bedrock + model + "/invoke", request: request, answer: answer,
			head: []string{"X-Amzn-Bedrock-Input-Token-Count: 10", "X-Amzn-Bedrock-Output-Token-Count: 5"}, want: charge{input: 10, output: 5, model: answered}}
	}
	play(t, []exchange{
		{name: "Gemini with enums as numbers", url: gemini + "gemini-2.5-flash:generateContent?$alt=json;enum-encoding=int", request: `{"contents":[{"parts":[{"text":"x"}]}]}`,
			answer: `{"responseId":"g1","modelVersion":"gemini-2.5-flash","candidates":[{"content":{"role":"model","parts":[{"text":"y"}]},"finishReason":1}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100,"totalTokenCount":1100,"trafficType":1}}`,
			want:   charge{cost: "0.00055", failure: "none"}},
		{name: "a model that is null in a body leaves that of the URL", url: "https://acme.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=1",
			request: `{"model":null,"messages":[{"role":"user","content":"x"}]}`, answer: strings.Replace(gpt4oAnswer, `"model":"gpt-4o-2024-08-06",`, ``, 1), want: charge{model: "gpt-4o"}},
		{name: "documents of Vertex cached as images", url: "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent",
			request: `{"contents":[{"parts":[{"text":"x"}]}]}`,
			answer:  `{"responseId":"g1","modelVersion":"gemini-2.5-flash","candidates":[{"content":{"role":"model","parts":[{"text":"y"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100,"totalTokenCount":1100,"cachedContentTokenCount":500,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100},{"modality":"DOCUMENT","tokenCount":900}],"cacheTokensDetails":[{"modality":"IMAGE","tokenCount":500}]}}`,
			// 500 x 0.3 + 500 x 0.03 + 100 x 2.5 per million
			want: charge{cost: "0.000415"}},
		{name: "Voyage's total alone", url: "https://api.voyageai.com/v1/embeddings", request: `{"model":"voyage-3.5","input":["x"]}`,
			answer: `{"object":"list","model":"voyage-3.5","data":[{"object":"embedding","index":0,"embedding":[0.1]}],"usage":{"total_tokens":1000}}`,
			want:   charge{cost: "0.00006"}},
		invoke("cohere.command-r-v1:0", "cohere.command-r-v1:0", `{"message":"x","p":0.5,"k":3}`, `{"response_id":"r1","text":"y","finish_reason":"COMPLETE"}`),
		invoke("ai21.jamba-1-5-mini-v1:0", "jamba-1.5-mini", `{"messages":[{"role":"user","content":"x"}]}`, `{"id":"chat-1","model":"jamba-1.5-mini","choices":[{"index":0,"message":{"role":"assistant","content":"y"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}`),
		invoke("openai.gpt-oss-20b-1:0", "openai.gpt-oss-20b-1:0", `{"messages":[{"role":"user","content":"x"}],"max_completion_tokens":9}`, `{"id":"chatcmpl-1","model":"openai.gpt-oss-20b-1:0","choices":[{"index":0,"message":{"role":"assistant","content":"y"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}`),
		{name: "Groq's compound, whose last chunk has another id", url: "https://api.groq.com/openai/v1/chat/completions", request: `{"model":"groq/compound","stream":true,"messages":[{"role":"user","content":"x"}]}`,
			answer: events(`{"id":"chatcmpl-1","model":"groq/compound","choices":[{"index":0,"delta":{"content":"y"},"finish_reason":"stop"}]}`,
				`{"id":"stub","model":"groq/compound","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}`, "[DONE]"),
			want: charge{id: "chatcmpl-1", input: 10, output: 5}},
		{name: "a stream that ends inside its last event", url: openAIChat, request: `{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}`,
			answer: "data: " + strings.Replace(chunkOne, `"finish_reason":"stop"`, `"finish_reason":null`, 1)[:120], want: charge{aborted: true}},
	})
}

package costledgerexporter

import "testing"

const (
	openAIChat    = "https://api.openai.com/v1/chat/completions"
	openAIAnswers = "https://api.openai.com/v1/responses"
	claude        = "https://api.anthropic.com/v1/messages"
	gemini        = "https://generativelanguage.googleapis.com/v1beta/models/"

	gpt4oRequest = `{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}`
	// 1000 x 2.5 + 100 x 10, per million: 0.0035.
	gpt4oAnswer = `{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}`
)

// Amounts are calculated by hand from the vendors' rates, which a comment names.
func TestExchanges_AreBilledAsTheVendorBillsThem(t *testing.T) {
	openRouter := "https://openrouter.ai/api/v1/chat/completions"
	routed := func(usage string) string {
		return `{"id":"gen-1","model":"anthropic/claude-sonnet-4.5","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,` + usage + `}}`
	}
	askRouted := `{"model":"anthropic/claude-sonnet-4.5","messages":[{"role":"user","content":"x"}]}`
	stated := func(model, charge string) string {
		return `{"id":"c1","model":"` + model + `","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,` + charge + `}}`
	}
	askGemini := `{"contents":[{"parts":[{"text":"x"}]}]}`
	grounded := func(model, grounding string) string {
		return `{"responseId":"g1","modelVersion":"` + model + `","candidates":[{"content":{"role":"model","parts":[{"text":"y"}]},"finishReason":"STOP","groundingMetadata":` + grounding + `}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100,"totalTokenCount":1100}}`
	}
	askClaude := func(model string) string {
		return `{"model":"` + model + `","max_tokens":100,"messages":[{"role":"user","content":"x"}]}`
	}
	cached := func(header string) exchange {
		return exchange{
			name: "out of a gateway's cache: " + header, head: []string{header},
			url: "https://gateway.ai.cloudflare.com/v1/a/g/openai/chat/completions", request: gpt4oRequest, answer: gpt4oAnswer,
			want: charge{cost: "0", flag: "not_billed"},
		}
	}
	play(t, []exchange{
		{
			name: "a call of the caller's own key at OpenRouter, which charges nothing for it",
			url:  openRouter, request: askRouted, answer: routed(`"cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":0.025}`),
			want: charge{cost: "0.025"},
		},
		{
			name: "a call of the caller's own key at OpenRouter, which charges a fee",
			url:  openRouter, request: askRouted, answer: routed(`"cost":0.00125,"is_byok":true,"cost_details":{"upstream_inference_cost":0.025}`),
			want: charge{cost: "0.02625"},
		},
		{
			name: "the charge of OpenRouter for a model with a price",
			url:  openRouter, request: askRouted, answer: routed(`"cost":0.000014`),
			want: charge{cost: "0.000014", flag: "vendor_cost_used"},
		},
		{
			name: "the charge of Perplexity for a model without a price",
			url:  "https://api.perplexity.ai/chat/completions", request: `{"model":"sonar-next","messages":[{"role":"user","content":"x"}]}`,
			answer: stated("sonar-next", `"cost":{"total_cost":0.0123}`),
			want:   charge{cost: "0.0123", provider: "perplexity"},
		},
		{
			name: "the charge of xAI, in ticks of 1e-10 dollars, for a model without a price",
			url:  "https://api.x.ai/v1/chat/completions", request: `{"model":"grok-next","messages":[{"role":"user","content":"x"}]}`,
			answer: stated("grok-next", `"cost_in_usd_ticks":37756000`),
			want:   charge{cost: "0.0037756", provider: "x_ai"},
		},
		{
			name: "two searches of Gemini 3 that are named four times", // 2 x 0.014; 1000 x 2 + 100 x 12 per million
			url:  gemini + "gemini-3-pro-preview:generateContent", request: askGemini,
			answer: grounded("gemini-3-pro-preview", `{"webSearchQueries":["a","","b","a"],"searchEntryPoint":{"renderedContent":"z"}}`),
			want:   charge{cost: "0.0312"},
		},
		{
			name: "two searches of Gemini 3 in a stream that repeats them",
			url:  gemini + "gemini-3-pro-preview:streamGenerateContent?alt=sse", request: askGemini,
			answer: events(
				`{"responseId":"g1","modelVersion":"gemini-3-pro-preview","candidates":[{"content":{"role":"model","parts":[{"text":"y"}]},"groundingMetadata":{"webSearchQueries":["a"]}}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":50,"totalTokenCount":1050}}`,
				grounded("gemini-3-pro-preview", `{"webSearchQueries":["a","b"]}`),
				grounded("gemini-3-pro-preview", `{"webSearchQueries":["a","b"]}`),
			),
			want: charge{cost: "0.0312"},
		},
		{
			name: "Gemini 2.5 grounded in Google Maps", // 0.025; 1000 x 0.3 + 100 x 2.5 per million
			url:  gemini + "gemini-2.5-flash:generateContent", request: askGemini,
			answer: grounded("gemini-2.5-flash", `{"groundingChunks":[{"maps":{"uri":"u","title":"t","placeId":"p"}}]}`),
			want:   charge{cost: "0.02555"},
		},
		{
			name: "a refusal of Claude before any output",
			url:  claude, request: askClaude("claude-fable-5"),
			answer: `{"id":"msg_1","type":"message","role":"assistant","model":"claude-fable-5","content":[],"stop_reason":"refusal","usage":{"input_tokens":50000,"output_tokens":0}}`,
			want:   charge{cost: "0", flag: "not_billed"},
		},
		{
			name: "a model of Claude that declined after some output, and the one that answered", // 1000 x 10 + 150 x 50, 1000 x 5 + 100 x 25 per million
			url:  claude, request: askClaude("claude-fable-5"),
			answer: `{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-8","content":[{"type":"text","text":"y"}],"stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":100,"iterations":[{"type":"message","model":"claude-fable-5","input_tokens":1000,"output_tokens":150},{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":1000,"output_tokens":100}]}}`,
			want:   charge{cost: "0.025", calls: 2},
		},
		{
			name: "a server that estimates first and counts at the end",
			url:  "http://vllm.internal:8000/v1/messages", request: askClaude("claude-sonnet-4-5"),
			answer: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"usage\":{\"input_tokens\":9800,\"output_tokens\":0}}}\n\n" +
				"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":5000,\"output_tokens\":100}}\n\n" +
				"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
			want: charge{input: 5000, output: 100},
		},
		cached("cf-aig-cache-status: HIT"),
		cached("x-portkey-cache-status: HIT"),
		cached("helicone-cache: HIT"),
		{
			name: "a cost of 0 stated by LiteLLM for a whole answer", head: []string{"x-litellm-response-cost: 0.0"},
			url: "http://litellm.internal:4000/v1/chat/completions", request: gpt4oRequest, answer: gpt4oAnswer,
			want: charge{cost: "0", flag: "vendor_cost_zero"},
		},
		{
			name: "a shell that OpenAI hosts, whose container costs what no answer says",
			url:  openAIAnswers, request: `{"model":"gpt-5","input":"x"}`,
			answer: `{"id":"resp_1","object":"response","status":"completed","model":"gpt-5-2025-08-07","output":[{"type":"shell_call","environment":{"type":"container_reference","container_id":"c"}}],"usage":{"input_tokens":1000,"output_tokens":100,"total_tokens":1100}}`,
			want:   charge{cost: "unpriced no_rate"},
		},
		{
			name: "a last chunk whose usage is zeros", // 7000 x 2.5 + 3000 x 10 per million
			url:  openAIChat, request: `{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}`,
			answer: events(
				`{"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":"y"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7000,"completion_tokens":3000,"total_tokens":10000}}`,
				`{"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-2024-08-06","choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`,
				`[DONE]`,
			),
			want: charge{cost: "0.0475"},
		},
		{
			name: "Grok on Azure, whose reasoning is beside the output",
			url:  "https://acme.services.ai.azure.com/models/chat/completions", request: `{"model":"grok-4","messages":[{"role":"user","content":"x"}]}`,
			answer: `{"id":"c1","model":"grok-4","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":110,"completion_tokens_details":{"reasoning_tokens":97}}}`,
			want:   charge{input: 12, output: 98},
		},
		{
			// 1000 x 2 + 50000 x 8 + 100000 x 3 + 150000 x 2 per million, and 10 x 0.005
			name: "a report of Perplexity's deep research, whose thoughts and citations are beside the output",
			url:  "https://api.perplexity.ai/chat/completions", request: `{"model":"sonar-deep-research","messages":[{"role":"user","content":"x"}]}`,
			answer: `{"id":"c1","model":"sonar-deep-research","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":1000,"completion_tokens":50000,"total_tokens":51000,"citation_tokens":150000,"num_search_queries":10,"reasoning_tokens":100000}}`,
			want:   charge{cost: "1.052"},
		},
	})
}

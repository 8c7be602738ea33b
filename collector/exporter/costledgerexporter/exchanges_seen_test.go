package costledgerexporter

import (
	"fmt"
	"strings"
	"testing"
)

// Every door of a vendor, and every host that speaks a known format, leaves a row.
func TestExchanges_AreSeenAtEveryDoor(t *testing.T) {
	chat := exchange{request: `{"model":"m","messages":[{"role":"user","content":"x"}]}`,
		answer: `{"id":"c1","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"y"}}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}`}
	messages := exchange{request: `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}`,
		answer: `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"y"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}`}
	converse := exchange{request: `{"messages":[{"role":"user","content":[{"text":"x"}]}]}`,
		answer: `{"output":{"message":{"role":"assistant","content":[{"text":"y"}]}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":5,"totalTokens":15}}`}
	responses := exchange{request: `{"model":"m","input":"x"}`,
		answer: `{"id":"resp_1","object":"response","status":"completed","model":"m","output":[],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}`}
	embeddings := exchange{request: `{"model":"m","input":["x"]}`,
		answer: `{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.1]}],"usage":{"prompt_tokens":10,"total_tokens":10}}`}

	var all []exchange
	for _, doors := range []struct {
		form     exchange
		provider string
		urls     []string
	}{
		{messages, "aws.bedrock", []string{"https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages"}},
		{messages, "anthropic", []string{
			"https://aws-external-anthropic.us-west-2.api.aws/v1/messages",
			"https://claude.googleapis.com/v1/projects/p/locations/global/workspaces/w/invoke/v1/messages",
		}},
		{chat, "azure.ai.openai", []string{
			"https://acme.openai.azure.us/openai/deployments/prod/chat/completions?api-version=1",
			"https://acme.openai.azure.cn/openai/deployments/prod/chat/completions?api-version=1",
			"https://acme.cognitiveservices.azure.us/openai/deployments/prod/chat/completions?api-version=1",
			"https://acme.services.ai.azure.us/openai/v1/chat/completions",
			"https://eastus.api.cognitive.microsoft.com/openai/deployments/prod/chat/completions?api-version=1",
		}},
		{converse, "aws.bedrock", []string{
			"https://vpce-0a1b-2c3d.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/m/converse",
			"https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/model/m/converse",
		}},
		{chat, "perplexity", []string{"https://api.perplexity.ai/v1/sonar"}},
		// Vendors on hosts of their own, by the provider they are billed as.
		{chat, "xiaomi_mimo", []string{"https://api.xiaomimimo.com/v1/chat/completions"}},
		{chat, "alibaba", []string{"https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions"}},
		{chat, "huggingface", []string{"https://router.huggingface.co/v1/chat/completions"}},
		{chat, "baseten", []string{"https://inference.baseten.co/v1/chat/completions"}},
		{chat, "cerebras", []string{"https://api.cerebras.ai/v1/chat/completions"}},
		{chat, "vercel", []string{"https://ai-gateway.vercel.sh/v1/chat/completions"}},
		{chat, "zai", []string{"https://api.z.ai/api/paas/v4/chat/completions"}},
		{chat, "databricks", []string{"https://adb-12.3.azuredatabricks.net/serving-endpoints/chat/completions"}},
		{chat, "snowflake", []string{"https://acme.snowflakecomputing.com/api/v2/cortex/v1/chat/completions"}},
		{chat, "cloudflare", []string{"https://api.cloudflare.com/client/v4/accounts/a/ai/v1/chat/completions"}},
		{embeddings, "voyage", []string{"https://api.voyageai.com/v1/embeddings"}},
		{chat, "avian", []string{"https://api.avian.io/v1/chat/completions"}},
		{chat, "crusoe", []string{"https://managed-inference-api-proxy.crusoecloud.com/v1/chat/completions"}},
		{chat, "portkey", []string{"https://api.portkey.ai/v1/chat/completions"}},
		{chat, "nvidia", []string{"https://integrate.api.nvidia.com/v1/chat/completions"}},
		{chat, "nebius", []string{"https://api.studio.nebius.com/v1/chat/completions"}},
		{chat, "sambanova", []string{"https://api.sambanova.ai/v1/chat/completions"}},
		{chat, "hyperbolic", []string{"https://api.hyperbolic.xyz/v1/chat/completions"}},
		{chat, "novita", []string{"https://api.novita.ai/v3/openai/chat/completions"}},
		{chat, "siliconflow", []string{"https://api.siliconflow.cn/v1/chat/completions"}},
		{chat, "moonshot_ai", []string{"https://api.moonshot.ai/v1/chat/completions"}},
		{chat, "minimax", []string{"https://api.minimax.io/v1/chat/completions"}},
		{chat, "inference_net", []string{"https://api.inference.net/v1/chat/completions"}},
		{chat, "github", []string{"https://models.github.ai/inference/chat/completions"}},
		{chat, "heroku", []string{"https://us.inference.heroku.com/v1/chat/completions"}},
		{chat, "ibm.watsonx.ai", []string{"https://us-south.ml.cloud.ibm.com/ml/v1/text/chat?version=1"}},
		{chat, "pollinations", []string{"https://text.pollinations.ai/openai"}},
		// Hosts on no list, by path and body.
		{chat, "_OTHER", []string{"http://llama.internal:8080/v1/chat/completions", "http://gpustack.internal/v1-openai/chat/completions"}},
		{responses, "_OTHER", []string{"http://litellm.internal:4000/v1/responses"}},
		{messages, "_OTHER", []string{"http://vllm.internal:8000/v1/messages"}},
		{embeddings, "_OTHER", []string{"http://tei.internal:8080/v1/embeddings"}},
	} {
		for _, url := range doors.urls {
			x := doors.form
			x.name, x.url, x.want = url, url, charge{provider: doors.provider, input: 10, output: 5}
			if doors.form.request == embeddings.request {
				x.want.output = 0
			}
			all = append(all, x)
		}
	}
	for _, x := range []exchange{
		{url: "https://generativelanguage.googleapis.com/v1beta/models/imagen-4.0-generate-001:predict",
			request: `{"instances":[{"prompt":"x"}],"parameters":{"sampleCount":1}}`, answer: `{"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"AA=="}]}`},
		{url: "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001:predictLongRunning",
			request: `{"instances":[{"prompt":"x"}],"parameters":{"durationSeconds":8,"sampleCount":1}}`, answer: `{"name":"projects/p/operations/op-1"}`},
		{url: "https://api.openai.com/v1/videos", request: `{"model":"sora-2","prompt":"x","seconds":"8"}`,
			answer: `{"id":"video_1","object":"video","model":"sora-2","status":"queued","seconds":"8","size":"720x1280","error":null}`},
		{url: "https://api.openai.com/v1/images/variations", request: `{"model":"dall-e-2"}`, answer: `{"created":1,"data":[{"url":"u"}]}`},
		{url: "https://api.x.ai/v1/videos/generations", request: `{"model":"grok-imagine-video","prompt":"x","duration":8}`, answer: `{"request_id":"r1"}`},
		{url: "https://api.mistral.ai/v1/conversations", request: `{"model":"mistral-medium-2508","inputs":"x"}`,
			answer: `{"object":"conversation.response","conversation_id":"conv_1","outputs":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}`},
		{url: "https://api.cloudflare.com/client/v4/accounts/a/ai/run/@cf/meta/llama-3.1-8b-instruct", request: `{"messages":[{"role":"user","content":"x"}]}`,
			answer: `{"result":{"response":"y","usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}},"success":true,"errors":[]}`},
		{url: "https://api.perplexity.ai/v1/async/sonar", request: `{"request":{"model":"sonar-deep-research","messages":[{"role":"user","content":"x"}]}}`,
			answer: `{"id":"a1","model":"sonar-deep-research","status":"CREATED","created_at":1}`},
	} {
		x.name = x.url
		all = append(all, x)
	}
	play(t, all)
}

// What is no model call leaves none.
func TestExchanges_OfOthersLeaveNoRow(t *testing.T) {
	host := strings.TrimSuffix(gemini, "v1beta/models/")
	for i, url := range []string{
		"https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict",
		host + "v1beta/models/gemini-2.5-pro:countTokens",
		"https://api.anthropic.com/v1/messages/count_tokens",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			play(t, []exchange{{
				name: url, url: url, request: `{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"x"}]}`, answer: `{"input_tokens":10}`,
				want: charge{quiet: true},
			}})
		})
	}
}

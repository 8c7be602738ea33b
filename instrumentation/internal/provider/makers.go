package provider

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/cohere"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/gemini"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/mistral"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/textgen"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// The formats of most vendors.
var (
	compatible = openai.Protocol(openai.Rules{})
	reporting  = openai.Protocol(openai.Rules{StreamUsageAlways: true}) // in streams, unasked
	messages   = anthropic.Protocol
)

// makers are the doors of those who make the models that they sell.
var makers = []*genai.Provider{
	{
		Vendor:  "OpenAI",
		Name:    semconv.ProviderOpenAI,
		Hosts:   []string{"api.openai.com", "*.api.openai.com"},
		Speaks:  []genai.Protocol{openai.Protocol(openai.Rules{CacheTTL: openai.CacheTTL})},
		Headers: openai.Headers,
	},
	{
		Vendor:  "Anthropic",
		Name:    semconv.ProviderAnthropic,
		Hosts:   []string{"api.anthropic.com"},
		Speaks:  []genai.Protocol{messages, compatible},
		Headers: anthropic.Headers,
	},
	{
		Vendor:      "Google Gemini API",
		Name:        semconv.ProviderGemini,
		Hosts:       []string{"generativelanguage.{googleapis.com,mtls.googleapis.com}"},
		Speaks:      []genai.Protocol{gemini.Protocol, googleOpenAI},
		ReadHeaders: gemini.ReadHeaders,
	},
	{
		Vendor:  "Mistral AI",
		Name:    semconv.ProviderMistral,
		Hosts:   []string{"{api,codestral}.mistral.ai"},
		Speaks:  []genai.Protocol{mistral.Protocol, reporting},
		Headers: openai.Headers,
	},
	{
		Vendor:  "Cohere",
		Name:    semconv.ProviderCohere,
		Hosts:   []string{"api.cohere.{com,ai}"},
		Speaks:  []genai.Protocol{cohere.Protocol, compatible},
		Headers: cohere.Headers,
	},
	{
		// Cache hits and misses are at the top of usage: api-docs.deepseek.com.
		Vendor:  "DeepSeek",
		Name:    semconv.ProviderDeepSeek,
		Hosts:   []string{"api.deepseek.com"},
		Speaks:  []genai.Protocol{compatible, messages},
		Headers: openai.Headers,
	},
	{
		// Reasoning is not part of completion_tokens; usage has what xAI charges:
		// docs.x.ai/docs/api-reference, docs.x.ai/developers/cost-tracking.
		Vendor:  "xAI",
		Name:    semconv.ProviderXAI,
		Hosts:   []string{"api.x.ai", "{region}.api.x.ai"},
		Speaks:  []genai.Protocol{openai.Protocol(openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningByTotal}), messages},
		Headers: openai.Headers,
	},
	{
		// Deep research does not count reasoning and citations in completion_tokens
		// or total_tokens: docs.perplexity.ai/api-reference.
		Vendor:  "Perplexity",
		Name:    semconv.ProviderPerplexity,
		Hosts:   []string{"api.perplexity.ai"},
		Speaks:  []genai.Protocol{openai.Protocol(openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningBeside})},
		Headers: openai.Headers,
	},
	{
		// Cached tokens are at the top of usage: platform.moonshot.ai/docs/api.
		Vendor:  "Moonshot AI",
		Name:    semconv.ProviderMoonshot,
		Hosts:   []string{"api.moonshot.{ai,cn}", "api.kimi.com"},
		Speaks:  []genai.Protocol{compatible, messages},
		Headers: openai.Headers,
	},
	offers("Alibaba Cloud Model Studio", "alibaba",
		"{dashscope,dashscope-intl,dashscope-us,cn-hongkong.dashscope,coding.dashscope,coding-intl.dashscope}.aliyuncs.com {workspace}.{region}.maas.aliyuncs.com",
		compatible, messages),
	offers("Z.ai", "zai", "api.z.ai {open,dev}.bigmodel.cn", compatible, messages),
	offers("MiniMax", "minimax", "api.{minimax.io,minimaxi.com,minimaxi.chat,minimax.chat}", compatible, messages),
	offers("Xiaomi MiMo", "xiaomi_mimo", "api.xiaomimimo.com {plan}.xiaomimimo.com", compatible, messages),
	offers("ByteDance Volcano Engine, BytePlus", "volcengine", "ark.{region}.{volces.com,bytepluses.com}", compatible, messages),
	offers("Baidu Qianfan", "baidu_qianfan", "qianfan.{baidubce.com,bj.baidubce.com}", compatible, messages),
	offers("Tencent Hunyuan", "tencent_hunyuan", "api.{hunyuan,lkeap}.cloud.tencent.com", compatible, messages),
	offers("StepFun", "stepfun", "api.stepfun.{com,ai}", compatible, messages),
	offers("01.AI", "zero_one_ai", "api.lingyiwanwu.com", compatible),
	offers("Baichuan", "baichuan", "api.baichuan-ai.com", compatible),
	offers("iFlytek Spark", "iflytek_spark", "spark-api-open.xf-yun.com", compatible),
	offers("Voyage AI", "voyage", "api.voyageai.com ai.mongodb.com", compatible),
	offers("Jina AI", "jina", "{api,deepsearch}.jina.ai", compatible),
	offers("Mixedbread", "mixedbread", "api.mixedbread.{com,ai}", compatible),
	offers("AI21", "ai21", "api.ai21.com", compatible),
	offers("Aleph Alpha", "aleph_alpha", "api.aleph-alpha.com inference-api.pharia.com", textgen.AlephAlpha, compatible),
	offers("Arcee AI", "arcee", "{api,models,conductor}.arcee.ai", compatible),
	offers("Inception", "inception", "api.inceptionlabs.ai", compatible),
	offers("Liquid AI", "liquid", "inference-1.liquid.ai", compatible),
	offers("Maritaca AI", "maritaca", "chat.maritaca.ai", compatible),
	offers("Meta Llama API", "meta_llama", "api.llama.com", compatible),
	offers("Morph", "morph", "api.morphllm.com", compatible),
	offers("Nous Research", "nous", "inference-api.nousresearch.com", compatible),
	offers("Reka", "reka", "api.reka.ai", compatible),
	offers("Sarvam AI", "sarvam", "api.sarvam.ai", compatible),
	offers("Upstage", "upstage", "api.upstage.ai", compatible),
	offers("Writer", "writer", "api.writer.com", compatible, openai.ChatAt("/v1/chat")),
}

// offers is a vendor at one or more hosts, with spaces between them.
func offers(vendor, name, hosts string, formats ...genai.Protocol) *genai.Provider {
	return &genai.Provider{Vendor: vendor, Name: name, Hosts: strings.Fields(hosts), Speaks: formats, Headers: openai.Headers}
}

// passes is the same for the paths that have a text.
func passes(vendor, name, host, path string, formats ...genai.Protocol) *genai.Provider {
	p := offers(vendor, name, host, formats...)
	if path != "" {
		p.Paths = []string{path}
	}
	return p
}

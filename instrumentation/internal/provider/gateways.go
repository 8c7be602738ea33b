package provider

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/bedrock"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/cohere"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/gemini"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/mistral"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// gateways are the doors of those who pass calls on to the vendors, at a charge
// of their own or on the caller's own account.
var gateways = []*genai.Provider{
	// Usage has what OpenRouter charges: openrouter.ai/docs/api-reference.
	offers("OpenRouter", semconv.ProviderOpenRouter, "openrouter.ai", reporting, messages),
	offers("AIMLAPI", "aimlapi", "api.aimlapi.com", compatible, messages),
	offers("Cortecs", "cortecs", "api.cortecs.ai", compatible),
	offers("GitHub Copilot", "github_copilot", "api.githubcopilot.com api.{plan}.githubcopilot.com", compatible, messages),
	offers("Martian", "martian", "api.withmartian.com", compatible),
	offers("OpenCode Zen", "opencode", "opencode.ai", compatible, messages),
	offers("OpenPipe", "openpipe", "{api,app}.openpipe.ai", compatible),
	offers("Poe", "poe", "api.poe.com", compatible, messages),
	offers("Portkey", "portkey", "api.portkey.ai", compatible, messages),
	offers("Requesty", "requesty", "router.requesty.ai router.{region}.requesty.ai", compatible, messages),
	offers("Unify", "unify", "api.unify.ai", compatible),
	offers("Vercel AI Gateway", "vercel", "ai-gateway.vercel.sh", compatible, messages),
	offers("ZenMux", "zenmux", "zenmux.ai", compatible, messages),
	offers("Helicone", "helicone", "ai-gateway.helicone.ai", compatible),
	passes("Helicone", semconv.ProviderOpenAI, "oai.helicone.ai", "", azureFormat),
	passes("Helicone", semconv.ProviderAnthropic, "anthropic.helicone.ai", "", messages),

	// developers.cloudflare.com/ai-gateway/usage/providers: the path names the
	// vendor, whose account is used.
	passes(cloudflareGateway, semconv.ProviderOpenAI, cloudflareHost, "/openai/", openai.Protocol(openai.Rules{CacheTTL: openai.CacheTTL})),
	passes(cloudflareGateway, semconv.ProviderAnthropic, cloudflareHost, "/anthropic/", messages),
	passes(cloudflareGateway, semconv.ProviderGemini, cloudflareHost, "/google-ai-studio/", gemini.Protocol, googleOpenAI),
	passes(cloudflareGateway, semconv.ProviderVertexAI, cloudflareHost, "/google-vertex-ai/", gemini.Protocol, googleOpenAI),
	passes(cloudflareGateway, semconv.ProviderAzureOpenAI, cloudflareHost, "/azure-openai/", azureFormat),
	passes(cloudflareGateway, semconv.ProviderBedrock, cloudflareHost, "/aws-bedrock/", bedrock.Protocol),
	passes(cloudflareGateway, semconv.ProviderCohere, cloudflareHost, "/cohere/", cohere.Protocol),
	passes(cloudflareGateway, semconv.ProviderDeepSeek, cloudflareHost, "/deepseek/", compatible),
	passes(cloudflareGateway, semconv.ProviderGroq, cloudflareHost, "/groq/", compatible),
	passes(cloudflareGateway, semconv.ProviderXAI, cloudflareHost, "/grok/", openai.Protocol(openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningByTotal})),
	passes(cloudflareGateway, semconv.ProviderMistral, cloudflareHost, "/mistral/", mistral.Protocol, reporting),
	passes(cloudflareGateway, semconv.ProviderOpenRouter, cloudflareHost, "/openrouter/", reporting),
	passes(cloudflareGateway, semconv.ProviderPerplexity, cloudflareHost, "/perplexity-ai/", openai.Protocol(openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningBeside})),
	offers(cloudflareGateway, "cloudflare", cloudflareHost, compatible),
}

const (
	cloudflareGateway = "Cloudflare AI Gateway"
	cloudflareHost    = "gateway.ai.cloudflare.com"
)

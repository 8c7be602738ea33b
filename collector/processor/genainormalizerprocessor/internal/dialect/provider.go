package dialect

import (
	"maps"
	"strings"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// providers folds the names emitters give to vendors, in lower case.
var providers = map[string]string{
	"azure":                   semconv.ProviderAzureOpenAI,
	"azure_openai":            semconv.ProviderAzureOpenAI,
	"azure-openai":            semconv.ProviderAzureOpenAI,
	"azureopenai":             semconv.ProviderAzureOpenAI,
	"az.ai.openai":            semconv.ProviderAzureOpenAI,
	"az.ai.agents":            semconv.ProviderAzureOpenAI,
	"azure.openai":            semconv.ProviderAzureOpenAI,
	"azure-ai":                semconv.ProviderAzureAIInference,
	"az.ai.inference":         semconv.ProviderAzureAIInference,
	"azure_ai":                semconv.ProviderAzureAIInference,
	"aws":                     semconv.ProviderBedrock,
	"bedrock":                 semconv.ProviderBedrock,
	"aws_bedrock":             semconv.ProviderBedrock,
	"amazon-bedrock":          semconv.ProviderBedrock,
	"amazon_bedrock":          semconv.ProviderBedrock,
	"bedrock_converse":        semconv.ProviderBedrock,
	"vertex_ai":               semconv.ProviderVertexAI,
	"vertexai":                semconv.ProviderVertexAI,
	"vertex-ai":               semconv.ProviderVertexAI,
	"google-vertex":           semconv.ProviderVertexAI,
	"google_vertexai":         semconv.ProviderVertexAI,
	"google.vertex":           semconv.ProviderVertexAI,
	"gemini":                  semconv.ProviderGemini,
	"googleai":                semconv.ProviderGemini,
	"google":                  semconv.ProviderGemini,
	"google.generative-ai":    semconv.ProviderGemini,
	"google_genai":            semconv.ProviderGemini,
	"google_ai_studio":        semconv.ProviderGemini,
	"google-gla":              semconv.ProviderGemini,
	"google-genai":            semconv.ProviderGemini,
	"google_generative_ai":    semconv.ProviderGemini,
	"gcp.vertex.agent":        semconv.ProviderGCPGenAI,
	"xai":                     semconv.ProviderXAI,
	"x-ai":                    semconv.ProviderXAI,
	"mistral":                 semconv.ProviderMistral,
	"mistralai":               semconv.ProviderMistral,
	"mistral-ai":              semconv.ProviderMistral,
	"watsonx":                 semconv.ProviderWatsonx,
	"ibm":                     semconv.ProviderWatsonx,
	"together_ai":             semconv.ProviderTogether,
	"togetherai":              semconv.ProviderTogether,
	"together-ai":             semconv.ProviderTogether,
	"fireworks_ai":            semconv.ProviderFireworks,
	"fireworks-ai":            semconv.ProviderFireworks,
	"perplexity-ai":           semconv.ProviderPerplexity,
	"moonshot":                semconv.ProviderMoonshot,
	"chatopenai":              semconv.ProviderOpenAI,
	"openai_responses":        semconv.ProviderOpenAI,
	"chatanthropic":           semconv.ProviderAnthropic,
	"claude":                  semconv.ProviderAnthropic,
	"cohere_chat":             semconv.ProviderCohere,
	"hosted_vllm":             semconv.ProviderVLLM,
	"ollama_chat":             semconv.ProviderOllama,
	"xai.chat":                semconv.ProviderXAI,
	"deepseek.chat":           semconv.ProviderDeepSeek,
	"vertex_ai-anthropic":     semconv.ProviderVertexAI,
	"amazon.bedrock":          semconv.ProviderBedrock,
	"google.vertex.anthropic": semconv.ProviderVertexAI,
}

// canonical are the names that need no folding.
var canonical = map[string]bool{
	semconv.ProviderOpenAI: true, semconv.ProviderAnthropic: true, semconv.ProviderAzureOpenAI: true,
	semconv.ProviderAzureAIInference: true, semconv.ProviderGemini: true, semconv.ProviderVertexAI: true,
	semconv.ProviderGCPGenAI: true, semconv.ProviderBedrock: true, semconv.ProviderCohere: true,
	semconv.ProviderMistral: true, semconv.ProviderGroq: true, semconv.ProviderXAI: true,
	semconv.ProviderDeepSeek: true, semconv.ProviderPerplexity: true, semconv.ProviderMoonshot: true,
	semconv.ProviderWatsonx: true, semconv.ProviderTogether: true, semconv.ProviderFireworks: true,
	semconv.ProviderOpenRouter: true, semconv.ProviderOllama: true, semconv.ProviderVLLM: true,
}

// frameworks name themselves where the vendor belongs; the model tells.
var frameworks = map[string]bool{
	"langchain": true, "langgraph": true, "crewai": true, "strands-agents": true, "litellm": true,
	"agno": true, "gateway": true, "microsoft.agent_framework": true, "pydantic-ai": true,
	"llamaindex": true, "llama_index": true, "haystack": true, "semantic_kernel": true,
	"openai_agents": true, "vercel": true, "unknown": true, "custom": true,
	semconv.ProviderGCPGenAI: true,
}

// vendors are the canonical names that say all there is to say.
var vendors = func() map[string]bool {
	names := maps.Clone(canonical)
	for name := range frameworks {
		delete(names, name)
	}
	return names
}()

// models gives the vendor by the beginning of a model id, the longer prefix
// before the shorter.
var models = []struct{ prefix, provider string }{
	{"anthropic.", semconv.ProviderBedrock},
	{"amazon.", semconv.ProviderBedrock},
	{"meta.llama", semconv.ProviderBedrock},
	{"cohere.", semconv.ProviderBedrock},
	{"mistral.", semconv.ProviderBedrock},
	{"arn:aws:bedrock:", semconv.ProviderBedrock},
	{"arn:aws-us-gov:bedrock:", semconv.ProviderBedrock},
	{"claude", semconv.ProviderAnthropic},
	{"gpt-", semconv.ProviderOpenAI},
	{"chatgpt-", semconv.ProviderOpenAI},
	{"o1", semconv.ProviderOpenAI},
	{"o3", semconv.ProviderOpenAI},
	{"o4", semconv.ProviderOpenAI},
	{"codex-", semconv.ProviderOpenAI},
	{"text-embedding-3", semconv.ProviderOpenAI},
	{"text-embedding-ada", semconv.ProviderOpenAI},
	{"gemini", semconv.ProviderGemini},
	{"grok", semconv.ProviderXAI},
	{"deepseek", semconv.ProviderDeepSeek},
	{"mistral", semconv.ProviderMistral},
	{"command", semconv.ProviderCohere},
	{"embed-", semconv.ProviderCohere},
	{"rerank-", semconv.ProviderCohere},
}

// geographies begin the ids of Bedrock's inference profiles.
var geographies = map[string]bool{
	"us": true, "us-gov": true, "eu": true, "jp": true, "au": true, "apac": true, "ca": true, "amer": true, "in": true,
	"sa": true, "me": true, "global": true,
}

// nameProvider spells the provider as the conventions do, and finds it by the
// model where the emitter named a framework or no one.
func (d *Draft) nameProvider(dl *Dialect) {
	if dl.Seller != "" {
		d.setText(Provider, dl.Seller)
		return
	}
	named := d.text(Provider)
	if vendors[named] {
		return
	}
	provider := fold(named)
	if provider == "" || frameworks[provider] {
		model := d.text(ResponseModel)
		if model == "" {
			model = d.text(RequestModel)
		}
		if found := providerOfModel(model); found != "" {
			provider = found
		}
	}
	if provider == "" && (d.has(RequestModel) || d.has(ResponseModel)) {
		provider = dl.Provider
	}
	if provider != "" {
		d.setText(Provider, provider)
	}
}

// fold spells one name. An unknown name stays as it is.
func fold(name string) string {
	if name == "" || canonical[name] {
		return name
	}
	lower := strings.ToLower(name)
	if p, ok := providers[lower]; ok {
		return p
	}
	if canonical[lower] || frameworks[lower] {
		return lower
	}
	// "openai.chat", "google.vertex.chat": an API behind the vendor's name.
	for cut := strings.LastIndexByte(lower, '.'); cut > 0; cut = strings.LastIndexByte(lower[:cut], '.') {
		if p, ok := providers[lower[:cut]]; ok {
			return p
		}
		if canonical[lower[:cut]] {
			return lower[:cut]
		}
	}
	return name
}

func providerOfModel(model string) string {
	if model == "" {
		return ""
	}
	lower := strings.ToLower(model)
	if vendor, rest, found := strings.Cut(lower, "/"); found && rest != "" {
		if p := fold(vendor); canonical[p] {
			return p
		}
		lower = lower[strings.LastIndexByte(lower, '/')+1:]
	}
	if geography, rest, found := strings.Cut(lower, "."); found && geographies[geography] {
		lower = rest
	}
	if strings.HasPrefix(lower, "claude") && strings.Contains(lower, "@") {
		return semconv.ProviderVertexAI // writes the version of a Claude model behind an @
	}
	for i := range models {
		if strings.HasPrefix(lower, models[i].prefix) {
			return models[i].provider
		}
	}
	return ""
}

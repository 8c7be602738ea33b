package otelgenai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Dialect is a vendor's wire format and its rules for counting tokens, for
// [WithEndpoint], which ignores the zero value.
type Dialect uint8

// The dialects the transport can read.
const (
	_ Dialect = iota
	// OpenAI is api.openai.com: chat completions, responses, completions,
	// embeddings, images, transcriptions and speech.
	OpenAI
	// Anthropic is api.anthropic.com: messages.
	Anthropic
	// AzureInference is the model inference API of Azure AI Foundry.
	AzureInference
	// AzureOpenAI is Azure OpenAI, in both forms of its URL.
	AzureOpenAI
	// Bedrock is the runtime API of Amazon Bedrock.
	Bedrock
	// Cohere is api.cohere.com.
	Cohere
	// DeepSeek is api.deepseek.com.
	DeepSeek
	// Fireworks is api.fireworks.ai.
	Fireworks
	// Gemini is the Gemini API, generativelanguage.googleapis.com.
	Gemini
	// Groq is api.groq.com.
	Groq
	// Mistral is api.mistral.ai.
	Mistral
	// Moonshot is api.moonshot.ai.
	Moonshot
	// Ollama is the native API of Ollama, and its OpenAI endpoints.
	Ollama
	// OpenRouter is openrouter.ai.
	OpenRouter
	// Perplexity is api.perplexity.ai.
	Perplexity
	// Together is api.together.ai.
	Together
	// TGI is Text Generation Inference of Hugging Face.
	TGI
	// VLLM is vLLM, and any other model server with OpenAI's API.
	VLLM
	// VertexAI is Vertex AI: Gemini, Claude and OpenAI endpoints.
	VertexAI
	// XAI is api.x.ai.
	XAI
)

var dialects = map[Dialect]*genai.Provider{
	OpenAI:         provider.Named(semconv.ProviderOpenAI),
	Anthropic:      provider.Named(semconv.ProviderAnthropic),
	AzureInference: provider.Named(semconv.ProviderAzureAIInference),
	AzureOpenAI:    provider.Named(semconv.ProviderAzureOpenAI),
	Bedrock:        provider.Named(semconv.ProviderBedrock),
	Cohere:         provider.Named(semconv.ProviderCohere),
	DeepSeek:       provider.Named(semconv.ProviderDeepSeek),
	Fireworks:      provider.Named(semconv.ProviderFireworks),
	Gemini:         provider.Named(semconv.ProviderGemini),
	Groq:           provider.Named(semconv.ProviderGroq),
	Mistral:        provider.Named(semconv.ProviderMistral),
	Moonshot:       provider.Named(semconv.ProviderMoonshot),
	Ollama:         provider.Named(semconv.ProviderOllama),
	OpenRouter:     provider.Named(semconv.ProviderOpenRouter),
	Perplexity:     provider.Named(semconv.ProviderPerplexity),
	Together:       provider.Named(semconv.ProviderTogether),
	TGI:            provider.Named("tgi"),
	VLLM:           provider.Named(semconv.ProviderVLLM),
	VertexAI:       provider.Named(semconv.ProviderVertexAI),
	XAI:            provider.Named(semconv.ProviderXAI),
}

// String returns the dialect's value of gen_ai.provider.name.
func (d Dialect) String() string {
	if p := dialects[d]; p != nil {
		return p.Name
	}
	return "none"
}

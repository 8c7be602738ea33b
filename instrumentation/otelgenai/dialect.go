package otelgenai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/azure"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/bedrock"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/cohere"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/deepseek"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/fireworks"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/gemini"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/groq"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/mistral"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/moonshot"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/ollama"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openrouter"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/perplexity"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/together"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/vllm"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/xai"
)

// Dialect names a vendor's wire format and the rules by which it counts
// tokens. The zero Dialect is none and is ignored by [WithEndpoint].
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
	// VLLM is vLLM, and any other model server that speaks OpenAI's API.
	VLLM
	// VertexAI is Vertex AI: Gemini, Claude and OpenAI endpoints.
	VertexAI
	// XAI is api.x.ai.
	XAI
)

var dialects = map[Dialect]*genai.Provider{
	OpenAI:         openai.Provider,
	Anthropic:      anthropic.Provider,
	AzureInference: azure.Inference,
	AzureOpenAI:    azure.Provider,
	Bedrock:        bedrock.Provider,
	Cohere:         cohere.Provider,
	DeepSeek:       deepseek.Provider,
	Fireworks:      fireworks.Provider,
	Gemini:         gemini.Provider,
	Groq:           groq.Provider,
	Mistral:        mistral.Provider,
	Moonshot:       moonshot.Provider,
	Ollama:         ollama.Provider,
	OpenRouter:     openrouter.Provider,
	Perplexity:     perplexity.Provider,
	Together:       together.Provider,
	VLLM:           vllm.Provider,
	VertexAI:       gemini.Vertex,
	XAI:            xai.Provider,
}

// String is the dialect's value of gen_ai.provider.name.
func (d Dialect) String() string {
	if p := dialects[d]; p != nil {
		return p.Name
	}
	return "none"
}

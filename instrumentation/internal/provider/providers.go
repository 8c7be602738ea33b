// Package provider lists the vendors whose APIs are known.
package provider

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

// All lists every provider; the order is that in which hosts are matched.
var All = []*genai.Provider{
	openai.Provider,
	anthropic.Provider,
	azure.Inference,
	azure.Provider,
	bedrock.Provider,
	cohere.Provider,
	deepseek.Provider,
	fireworks.Provider,
	gemini.Provider,
	gemini.Vertex,
	groq.Provider,
	mistral.Provider,
	moonshot.Provider,
	ollama.Provider,
	openrouter.Provider,
	perplexity.Provider,
	together.Provider,
	vllm.Provider,
	xai.Provider,
}

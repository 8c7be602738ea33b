// Package perplexity reads the API of Perplexity. It has OpenAI's format. Deep
// research counts reasoning and citations beside completion_tokens and total_tokens.
//
// Source: docs.perplexity.ai/api-reference.
package perplexity

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Perplexity.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderPerplexity,
	Match:   func(host, _ string) bool { return host == "api.perplexity.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningBeside},
})

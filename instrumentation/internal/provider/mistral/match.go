// Package mistral reads the API of Mistral AI. It has OpenAI's format; streams
// report usage unasked.
//
// Source: docs.mistral.ai/api.
package mistral

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Mistral AI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderMistral,
	Match:   func(host, _ string) bool { return host == "api.mistral.ai" || host == "codestral.mistral.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
})

// Package together reads the API of Together AI. It has OpenAI's format; streams
// report usage unasked.
//
// Source: docs.together.ai/reference.
package together

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Together AI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderTogether,
	Match:   func(host, _ string) bool { return host == "api.together.xyz" || host == "api.together.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
})

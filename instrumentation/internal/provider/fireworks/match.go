// Package fireworks reads the API of Fireworks AI. It has OpenAI's format; streams
// report usage unasked.
//
// Source: docs.fireworks.ai/api-reference.
package fireworks

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Fireworks AI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderFireworks,
	Match:   func(host, _ string) bool { return host == "api.fireworks.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
})

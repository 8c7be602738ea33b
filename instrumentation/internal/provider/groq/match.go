// Package groq reads the API of Groq. It has OpenAI's format; streams
// report usage below x_groq unasked, and model ids carry vendor paths.
//
// Source: console.groq.com/docs/api-reference.
package groq

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Groq.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderGroq,
	Match:   func(host, _ string) bool { return host == "api.groq.com" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
})

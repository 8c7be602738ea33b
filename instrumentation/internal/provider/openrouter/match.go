// Package openrouter reads the API of OpenRouter. It has OpenAI's format and
// Anthropic's; usage holds what OpenRouter charges, which is kept as the
// vendor's own claim.
//
// Source: openrouter.ai/docs/api-reference.
package openrouter

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is OpenRouter.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderOpenRouter,
	Match:   func(host, _ string) bool { return host == "openrouter.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
	Route:   route,
})

// route finds the endpoint that speaks Anthropic's API.
func route(method, path string) *genai.API {
	if method == http.MethodPost && strings.HasSuffix(path, "/messages") {
		return anthropic.Messages
	}
	return nil
}

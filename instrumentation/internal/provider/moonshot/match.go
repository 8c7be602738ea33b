// Package moonshot reads the API of Moonshot AI. It has OpenAI's format, with
// cached tokens at the top of usage, and Anthropic's besides.
//
// Source: platform.moonshot.ai/docs/api.
package moonshot

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Moonshot AI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderMoonshot,
	Match:   func(host, _ string) bool { return host == "api.moonshot.ai" || host == "api.moonshot.cn" },
	Headers: openai.Headers,
	Route:   route,
})

// route finds the endpoint that speaks Anthropic's API.
func route(method, path string) *genai.API {
	if method == http.MethodPost && strings.HasSuffix(path, "/messages") {
		return anthropic.Messages
	}
	return nil
}

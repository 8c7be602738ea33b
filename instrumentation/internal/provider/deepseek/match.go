// Package deepseek reads the API of DeepSeek. It has OpenAI's format, with cache
// hits and misses at the top of usage, and Anthropic's besides.
//
// Source: api-docs.deepseek.com.
package deepseek

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is DeepSeek.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderDeepSeek,
	Match:   func(host, _ string) bool { return host == "api.deepseek.com" },
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

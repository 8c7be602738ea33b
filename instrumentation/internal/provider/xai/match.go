// Package xai reads the API of xAI. It has OpenAI's format, save that
// reasoning tokens are counted beside completion_tokens; usage holds what tools
// were called and what xAI charges, which is kept as the vendor's own claim.
//
// Source: docs.x.ai/docs/api-reference, docs.x.ai/developers/cost-tracking.
package xai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is xAI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderXAI,
	Match:   func(host, _ string) bool { return host == "api.x.ai" || strings.HasSuffix(host, ".api.x.ai") },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true, Reasoning: openai.ReasoningByTotal},
	Region: func(host, _ string) string {
		region, _ := strings.CutSuffix(host, ".api.x.ai")
		if region == host {
			return ""
		}
		return region
	},
	Route: route,
})

// route finds the endpoint that speaks Anthropic's API.
func route(method, path string) *genai.API {
	if method == http.MethodPost && strings.HasSuffix(path, "/messages") {
		return anthropic.Messages
	}
	return nil
}

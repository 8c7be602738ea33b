// Package azure reads OpenAI models and model inference on Azure, in both forms
// of the URL: /openai/deployments/{deployment}/... and /openai/v1/....
//
// Source: learn.microsoft.com/en-us/azure/ai-foundry/openai/reference and
// learn.microsoft.com/en-us/rest/api/aifoundry/modelinference.
package azure

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var headers = genai.Headers{
	RequestID:         "Apim-Request-Id",
	RemainingRequests: "X-Ratelimit-Remaining-Requests",
	RemainingTokens:   "X-Ratelimit-Remaining-Tokens",
	Reset:             "X-Ratelimit-Reset-Requests",
}

// Provider is Azure OpenAI.
var Provider = newProvider(semconv.ProviderAzureOpenAI, isOpenAIHost, func(path string) bool {
	return strings.Contains(path, "/openai/")
}, nil)

// Inference is the model inference API of Azure AI Foundry, where Claude
// answers in Anthropic's format.
var Inference = newProvider(semconv.ProviderAzureAIInference, isInferenceHost, func(path string) bool {
	return !strings.Contains(path, "/openai/")
}, func(method, path string) *genai.API {
	if method == http.MethodPost && strings.HasSuffix(path, "/anthropic/v1/messages") {
		return anthropic.Messages
	}
	return nil
})

func newProvider(name string, match func(host, _ string) bool, mine func(path string) bool, extra func(method, path string) *genai.API) *genai.Provider {
	p := openai.New(openai.Variant{Name: name, Match: match, Headers: headers, Rules: openai.Rules{CacheTTL: openai.CacheTTL}, Route: extra})
	route := p.Route
	p.Route = func(method, path string) (*genai.API, string) {
		if !mine(path) {
			return nil, ""
		}
		api, _ := route(method, path)
		return api, deployment(path)
	}
	return p
}

func isOpenAIHost(host, _ string) bool {
	return strings.HasSuffix(host, ".openai.azure.com") || strings.HasSuffix(host, ".services.ai.azure.com") ||
		strings.HasSuffix(host, ".cognitiveservices.azure.com")
}

func isInferenceHost(host, _ string) bool {
	return strings.HasSuffix(host, ".services.ai.azure.com") || host == "models.inference.ai.azure.com" ||
		strings.HasSuffix(host, ".models.ai.azure.com")
}

// deployment is the name in /openai/deployments/{deployment}/..., which stands
// for the requested model; the answer names the real one.
func deployment(path string) string {
	_, rest, ok := strings.Cut(path, "/deployments/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// Package cohere reads versions 1 and 2 of Cohere's API: chat, embed and
// rerank. What is billed is not what was tokenised: billed_units count.
//
// Source: docs.cohere.com/reference.
package cohere

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Cohere.
var Provider = &genai.Provider{
	Name: semconv.ProviderCohere,
	Match: func(host, _ string) bool {
		return host == "api.cohere.com" || host == "api.cohere.ai"
	},
	Route:   route,
	Headers: genai.Headers{RequestID: "X-Debug-Trace-Id", RemainingRequests: "X-Endpoint-Monthly-Call-Limit-Remaining"},
}

var (
	chat       = newAPI(semconv.OperationChat)
	embed      = newAPI(semconv.OperationEmbeddings)
	rerank     = newAPI(semconv.OperationRerank)
	compatible = openai.New(openai.Variant{})
)

func newAPI(operation string) *genai.API {
	api := &genai.API{
		Operation: operation,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	}
	if operation == semconv.OperationChat {
		api.Stream = genai.Format[genai.Response]{Shape: streamShape, New: newStream}
		api.Content = read
	}
	return api
}

func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	switch path {
	case "/v1/chat", "/v2/chat":
		return chat, ""
	case "/v1/embed", "/v2/embed":
		return embed, ""
	case "/v1/rerank", "/v2/rerank":
		return rerank, ""
	}
	if strings.HasPrefix(path, "/compatibility/") {
		return compatible.Route(method, path)
	}
	return nil, ""
}

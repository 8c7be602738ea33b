// Package cohere reads versions 1 and 2 of Cohere's API: chat, generate, embed
// and rerank. What is billed is not what was tokenised: billed_units count.
//
// Source: docs.cohere.com/reference.
package cohere

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Protocol is Cohere's format.
var Protocol = genai.Protocol{Name: "Cohere", Route: route}

// Headers are the response headers of Cohere.
var Headers = genai.Headers{RequestID: "X-Debug-Trace-Id", RemainingRequests: "X-Endpoint-Monthly-Call-Limit-Remaining"}

var (
	chat     = newAPI(semconv.OperationChat)
	generate = newAPI(semconv.OperationTextCompletion)
	embed    = newAPI(semconv.OperationEmbeddings)
	rerank   = newAPI(semconv.OperationRerank)
)

func newAPI(operation string) *genai.API {
	api := genai.NewAPI(operation,
		genai.Format[genai.Request]{Shape: requestShape, New: genai.NewRequest},
		genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		genai.Format[genai.Response]{Shape: streamShape, New: newStream})
	if operation == semconv.OperationChat {
		api.Content = read
	}
	return api
}

func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	switch {
	case strings.HasSuffix(path, "/v1/chat"), strings.HasSuffix(path, "/v2/chat"):
		return chat, ""
	case strings.HasSuffix(path, "/v1/generate"):
		return generate, ""
	case strings.HasSuffix(path, "/v1/embed"), strings.HasSuffix(path, "/v2/embed"):
		return embed, ""
	case strings.HasSuffix(path, "/v1/rerank"), strings.HasSuffix(path, "/v2/rerank"):
		return rerank, ""
	}
	return nil, ""
}

package anthropic

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Anthropic itself.
var Provider = &genai.Provider{
	Name:  semconv.ProviderAnthropic,
	Match: func(host, _ string) bool { return host == "api.anthropic.com" },
	Route: route,
	Headers: genai.Headers{
		RequestID:         "Request-Id",
		RemainingRequests: "Anthropic-Ratelimit-Requests-Remaining",
		RemainingTokens:   "Anthropic-Ratelimit-Tokens-Remaining",
		Reset:             "Anthropic-Ratelimit-Requests-Reset",
	},
}

// Messages is the Messages API.
var Messages = &genai.API{
	Operation: semconv.OperationChat,
	Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
	Response:  genai.Format[genai.Response]{Shape: messageShape, New: newMessage},
	Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
	Content:   read,
}

// route leaves token counting and the administration of batches alone: neither
// is a call of a model that is billed.
func route(method, path string) (*genai.API, string) {
	if method == http.MethodPost && strings.HasSuffix(path, "/messages") {
		return Messages, ""
	}
	return nil, ""
}

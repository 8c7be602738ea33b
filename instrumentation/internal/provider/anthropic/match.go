package anthropic

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Headers are the response headers of Anthropic.
var Headers = genai.Headers{
	RequestID:         "Request-Id",
	RemainingRequests: "Anthropic-Ratelimit-Requests-Remaining",
	RemainingTokens:   "Anthropic-Ratelimit-Tokens-Remaining",
	Reset:             "Anthropic-Ratelimit-Requests-Reset",
}

// Protocol is Anthropic's format.
var Protocol = genai.Protocol{Name: "Anthropic", Route: route}

// Messages is the Messages API.
var Messages = &genai.API{
	Operation: semconv.OperationChat,
	Request:   genai.Format[genai.Request]{Shape: requestShape, New: genai.NewRequest},
	Response:  genai.Format[genai.Response]{Shape: messageShape, New: newMessage},
	Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
	Content:   read,
}

// completions is the API before that of messages. It reports no usage.
var completions = &genai.API{
	Operation: semconv.OperationTextCompletion,
	Request:   genai.Format[genai.Request]{Shape: requestShape, New: genai.NewRequest},
	Response:  genai.Format[genai.Response]{Shape: messageShape, New: newMessage},
	Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
}

// batch is the download of the results of a batch. What each used is billed
// once, however often it is read.
var batch = &genai.API{
	Operation: semconv.OperationFetchResponse,
	Results: &genai.Results{
		Batch: func(path string) string {
			path = strings.TrimSuffix(path, "/results")
			return path[strings.LastIndexByte(path, '/')+1:]
		},
		Line: genai.Format[genai.Response]{Shape: resultShape, New: newResult},
		API:  func(*genai.Response) *genai.API { return Messages },
	},
}

// route leaves token counting and the administration of batches alone: neither
// is a call of a model that is billed.
func route(method, path string) (*genai.API, string) {
	if method == http.MethodPost && strings.HasSuffix(path, "/messages") {
		return Messages, ""
	}
	if method == http.MethodPost && strings.HasSuffix(path, "/v1/complete") {
		return completions, ""
	}
	if method == http.MethodGet && strings.HasSuffix(path, "/results") && strings.Contains(path, "/messages/batches/") {
		return batch, ""
	}
	return nil, ""
}

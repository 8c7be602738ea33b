// Package ollama reads the native API of Ollama, whose streams are lines of
// JSON and are the default.
//
// Source: docs.ollama.com/api.
package ollama

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Protocol is the native format of Ollama.
var Protocol = genai.Protocol{Name: "Ollama", Route: route}

var (
	chat     = newAPI(semconv.OperationChat)
	generate = newAPI(semconv.OperationTextCompletion)
	embed    = embedAPI()
)

func newAPI(operation string) *genai.API {
	return &genai.API{
		Operation:  operation,
		JSONStream: true,
		Request:    genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:   genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:     genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:    read,
	}
}

// newRequest reads a request whose answer is a stream unless it says otherwise.
func newRequest(r *genai.Request) genai.Decoder {
	r.Stream = true
	return genai.NewRequest(r)
}

func embedAPI() *genai.API {
	return &genai.API{
		Operation: semconv.OperationEmbeddings,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: genai.NewRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	}
}

func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	switch {
	case strings.HasSuffix(path, "/api/chat"):
		return chat, ""
	case strings.HasSuffix(path, "/api/generate"):
		return generate, ""
	case strings.HasSuffix(path, "/api/embed"), strings.HasSuffix(path, "/api/embeddings"):
		return embed, ""
	}
	return nil, ""
}

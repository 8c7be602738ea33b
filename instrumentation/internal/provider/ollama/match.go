// Package ollama reads the native API of Ollama, whose streams are lines of
// JSON and are the default, and its endpoints in OpenAI's and Anthropic's
// format.
//
// Source: docs.ollama.com/api.
package ollama

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Ollama: on its default port of this machine, in its cloud, or
// wherever the user says.
var Provider = &genai.Provider{
	Name: semconv.ProviderOllama,
	Match: func(host, port string) bool {
		return port == "11434" && (host == "localhost" || host == "127.0.0.1" || host == "::1") || host == "ollama.com"
	},
	Route: route,
}

var (
	chat       = newAPI(semconv.OperationChat)
	generate   = newAPI(semconv.OperationTextCompletion)
	embed      = embedAPI()
	compatible = openai.New(openai.Variant{})
)

func newAPI(operation string) *genai.API {
	return &genai.API{
		Operation: operation,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:   read,
	}
}

func embedAPI() *genai.API {
	api := newAPI(semconv.OperationEmbeddings)
	api.Content = nil
	return api
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
	case strings.HasSuffix(path, "/v1/messages"):
		return anthropic.Messages, ""
	case strings.Contains(path, "/v1/"):
		return compatible.Route(method, path)
	}
	return nil, ""
}

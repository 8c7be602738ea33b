// Package gemini reads the Gemini API and Vertex AI: generateContent, whole and
// streamed as events or as one array, interactions, embeddings, the results of
// batches, and Claude on Vertex.
//
// Source: ai.google.dev/api/generate-content, ai.google.dev/api/batch-api,
// ai.google.dev/api/interactions-api and
// cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference.
package gemini

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Protocol is Google's format, with that of Anthropic behind rawPredict.
var Protocol = genai.Protocol{Name: "Gemini", Route: route}

var (
	generate = newAPI(false)
	streamed = newAPI(true)

	embed = &genai.API{
		Operation: semconv.OperationEmbeddings,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: embedShape, New: newResponse},
	}

	// claude is Claude on Vertex, whose path says whether it streams.
	claude       = claudeAPI(false)
	claudeStream = claudeAPI(true)
)

func newAPI(stream bool) *genai.API {
	return &genai.API{
		Operation:  semconv.OperationGenerateContent,
		Streams:    stream,
		JSONStream: stream,
		Request:    genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:   genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:     genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:    read,
	}
}

func claudeAPI(stream bool) *genai.API {
	api := *anthropic.Messages
	api.Streams = stream
	return &api
}

// route reads .../models/{model}:{method}. Counting tokens and tuning are no
// calls of a model.
func route(method, path string) (*genai.API, string) {
	if method == http.MethodGet && !strings.Contains(path, "/openai/") {
		return fetch(path), ""
	}
	if method != http.MethodPost {
		return nil, ""
	}
	i := strings.LastIndexByte(path, ':')
	if i < 0 {
		if strings.HasSuffix(path, "/interactions") {
			return interactions, ""
		}
		return nil, ""
	}
	model := path[strings.LastIndexByte(path[:i], '/')+1 : i]
	switch path[i+1:] {
	case "generateContent":
		return generate, model
	case "streamGenerateContent":
		return streamed, model
	case "embedContent", "batchEmbedContents":
		return embed, model
	case "predict":
		switch {
		case strings.Contains(model, "embedding"):
			return embed, model
		case strings.HasPrefix(model, "imagen") || strings.HasPrefix(model, "imagegeneration"):
			return images, model
		}
	case "predictLongRunning":
		return videos, model
	case "rawPredict":
		if strings.Contains(path, "/publishers/anthropic/") && model != "count-tokens" {
			return claude, model
		}
	case "streamRawPredict":
		if strings.Contains(path, "/publishers/anthropic/") {
			return claudeStream, model
		}
	}
	return nil, ""
}

// ReadHeaders takes the tier, which no body names.
func ReadHeaders(h http.Header, r *genai.Response) {
	r.ServiceTier = h.Get("X-Gemini-Service-Tier")
}

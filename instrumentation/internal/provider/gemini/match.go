// Package gemini reads the Gemini API and Vertex AI: generateContent, whole and
// streamed as events or as one array, interactions, embeddings, the results of
// batches, Claude on Vertex, and the endpoints in OpenAI's format of both.
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
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is the Gemini API.
var Provider = &genai.Provider{
	Name:        semconv.ProviderGemini,
	Match:       func(host, _ string) bool { return host == "generativelanguage.googleapis.com" },
	Route:       route,
	ReadHeaders: readHeaders,
}

// Vertex is Vertex AI.
var Vertex = &genai.Provider{
	Name: semconv.ProviderVertexAI,
	Match: func(host, _ string) bool {
		return host == "aiplatform.googleapis.com" || strings.HasSuffix(host, "-aiplatform.googleapis.com") ||
			strings.HasPrefix(host, "aiplatform.") && strings.HasSuffix(host, ".googleapis.com")
	},
	Route:       route,
	Region:      region,
	ReadHeaders: readHeaders,
}

var (
	generate = newAPI(false)
	streamed = newAPI(true)

	embed = &genai.API{
		Operation: semconv.OperationEmbeddings,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: embedShape, New: newEmbedding},
	}

	// claude is Claude on Vertex, whose path says whether it streams.
	claude       = claudeAPI(false)
	claudeStream = claudeAPI(true)

	compatible = openai.New(openai.Variant{Rules: openai.Rules{Reasoning: openai.ReasoningByTotal}})
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

// route goes by .../models/{model}:{method}. Counting tokens and tuning are no
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
		if strings.Contains(path, "/openai/") || strings.Contains(path, "/endpoints/openapi/") {
			return compatible.Route(method, path)
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
		if strings.Contains(model, "embedding") {
			return embed, model
		}
	case "rawPredict":
		if strings.Contains(path, "/publishers/anthropic/") {
			return claude, model
		}
	case "streamRawPredict":
		if strings.Contains(path, "/publishers/anthropic/") {
			return claudeStream, model
		}
	}
	return nil, ""
}

// region is the location in the path of Vertex AI: global, us, us-east5, ....
func region(_, path string) string {
	_, rest, ok := strings.Cut(path, "/locations/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func readHeaders(h http.Header, r *genai.Response) {
	r.ServiceTier = h.Get("X-Gemini-Service-Tier")
}

// Package bedrock reads the runtime API of Amazon Bedrock: Converse and
// InvokeModel with the bodies of Anthropic, Amazon, Meta, Mistral and Cohere
// models, whole and as binary event streams.
//
// Source: docs.aws.amazon.com/bedrock/latest/APIReference and the pages on
// inference parameters of the models in its user guide.
package bedrock

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Protocol is the runtime API of Amazon Bedrock.
var Protocol = genai.Protocol{Name: "Bedrock", Route: route}

// Headers are the response headers of Amazon Bedrock.
var Headers = genai.Headers{RequestID: "X-Amzn-Requestid", Error: "X-Amzn-Errortype"}

var (
	converse = &genai.API{
		Operation: semconv.OperationChat,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:   readConverse,
	}
	converseStream = streaming(*converse, false)

	invoke = &genai.API{
		Operation: semconv.OperationChat,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:   readInvoke,
	}
	invokeStream = streaming(*invoke, true)

	claude       = withHeaderCounts(*anthropic.Messages)
	claudeStream = streaming(*claude, true)

	embed = &genai.API{
		Operation: semconv.OperationEmbeddings,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	}

	rerank = &genai.API{
		Operation: semconv.OperationRerank,
		Request:   genai.Format[genai.Request]{Shape: rerankShape, New: newRerank},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Reconcile: countSearchUnits,
	}
)

// streaming is an API whose path says that it streams; the events of
// InvokeModel hold the model's own in base64.
func streaming(api genai.API, wrapped bool) *genai.API {
	api.Streams, api.Wrapped = true, wrapped
	return &api
}

// route reads /model/{model}/{action}; a model may be an ARN with slashes.
func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	_, rest, ok := strings.Cut(path, "/model/")
	if !ok {
		return nil, ""
	}
	i := strings.LastIndexByte(rest, '/')
	if i < 0 {
		return nil, ""
	}
	model := rest[:i]
	// The first Claudes are asked for text completions as well as for messages,
	// and the path does not tell.
	isClaude := strings.Contains(model, "anthropic.") &&
		!strings.Contains(model, "anthropic.claude-v") && !strings.Contains(model, "anthropic.claude-instant")
	switch rest[i+1:] {
	case "converse":
		return converse, model
	case "converse-stream":
		return converseStream, model
	case "invoke":
		switch {
		case isClaude:
			return claude, model
		case strings.Contains(model, "embed"):
			return embed, model
		case strings.Contains(model, "rerank"):
			return rerank, model
		}
		return invoke, model
	case "invoke-with-response-stream":
		if isClaude {
			return claudeStream, model
		}
		return invokeStream, model
	}
	return nil, ""
}

// Package mistral reads the API of Mistral AI. It has OpenAI's format, with an
// API of its own for documents (OCR); streams report usage unasked.
//
// Source: docs.mistral.ai/api.
package mistral

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Mistral AI.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderMistral,
	Match:   func(host, _ string) bool { return host == "api.mistral.ai" || host == "codestral.mistral.ai" },
	Headers: openai.Headers,
	Rules:   openai.Rules{StreamUsageAlways: true},
	Route:   route,
})

// ocr reads documents, which are billed by the page.
var ocr = &genai.API{
	Operation: semconv.OperationGenerateContent,
	Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
	Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	Reconcile: annotated,
}

// route finds the API that is not OpenAI's.
func route(method, path string) *genai.API {
	if method == http.MethodPost && strings.HasSuffix(path, "/ocr") {
		return ocr
	}
	return nil
}

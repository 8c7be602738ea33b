// Package mistral reads what Mistral AI adds to OpenAI's format: documents
// (OCR) and conversations.
//
// Source: docs.mistral.ai/api.
package mistral

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Protocol is Mistral AI's addition to OpenAI's format.
var Protocol = genai.Protocol{Name: "Mistral", Route: route}

// ocr reads documents, which are billed by the page.
var ocr = &genai.API{
	Operation: semconv.OperationGenerateContent,
	Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
	Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	Reconcile: annotated,
}

// conversations are those that Mistral keeps, with models or agents.
var conversations = &genai.API{
	Operation: semconv.OperationChat,
	Request:   genai.Format[genai.Request]{Shape: conversationRequestShape, New: genai.NewRequest},
	Response:  genai.Format[genai.Response]{Shape: conversationShape, New: newConversation},
	Stream:    genai.Format[genai.Response]{Shape: conversationShape, New: newConversationStream},
}

func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	switch {
	case strings.HasSuffix(path, "/ocr"):
		return ocr, ""
	case strings.Contains(path, "/conversations"):
		return conversations, ""
	}
	return nil, ""
}

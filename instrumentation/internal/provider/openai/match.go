package openai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is OpenAI itself.
var Provider = New(Variant{
	Name: semconv.ProviderOpenAI,
	Match: func(host, _ string) bool {
		return host == "api.openai.com" || strings.HasSuffix(host, ".api.openai.com")
	},
	Headers: Headers,
	Rules:   Rules{CacheTTL: CacheTTL},
})

// Headers are the response headers of OpenAI, which many compatible vendors
// send too.
var Headers = genai.Headers{
	RequestID:         "X-Request-Id",
	RemainingRequests: "X-Ratelimit-Remaining-Requests",
	RemainingTokens:   "X-Ratelimit-Remaining-Tokens",
	Reset:             "X-Ratelimit-Reset-Requests",
}

// Variant is a vendor that speaks OpenAI's API.
type Variant struct {
	Name    string
	Match   func(host, port string) bool
	Headers genai.Headers
	// Rules says how the vendor's counts differ.
	Rules Rules
	// Route finds APIs besides those of OpenAI; may be nil.
	Route func(method, path string) *genai.API
	// Region finds the cloud region in the address; may be nil.
	Region func(host, path string) string
	// ReadHeaders takes more out of the response headers; may be nil.
	ReadHeaders func(http.Header, *genai.Response)
}

// Rules are the ways in which vendors with OpenAI's format count differently.
type Rules struct {
	// Reasoning says where reasoning tokens are counted.
	Reasoning Reasoning
	// StreamUsageAlways is set where streams report usage unasked.
	StreamUsageAlways bool
	// CacheTTL is how long a cache is kept where the request does not say;
	// empty where the vendor has no such rule.
	CacheTTL string
}

// CacheTTL is how long OpenAI keeps a cache by default.
const CacheTTL = "30m"

// Reasoning is where a vendor counts reasoning tokens.
type Reasoning uint8

// The places of reasoning tokens.
const (
	// ReasoningInside is part of completion_tokens.
	ReasoningInside Reasoning = iota
	// ReasoningByTotal is beside completion_tokens, unless total_tokens adds
	// up without it.
	ReasoningByTotal
	// ReasoningBeside is beside completion_tokens and total_tokens.
	ReasoningBeside
)

// New makes the provider of a variant.
func New(v Variant) *genai.Provider {
	apis := newAPIs(v.Rules)
	return &genai.Provider{
		Name:        v.Name,
		Match:       v.Match,
		Headers:     v.Headers,
		ReadHeaders: v.ReadHeaders,
		Region:      v.Region,
		Route: func(method, path string) (*genai.API, string) {
			if api := apis.route(method, path); api != nil || v.Route == nil {
				return api, ""
			}
			return v.Route(method, path), ""
		},
	}
}

// apis are the endpoints of one variant.
type apis struct {
	chat, responses, decisions, completions, embeddings, images, audio, speech, fetch, batch *genai.API
}

func newAPIs(r Rules) *apis {
	a := &apis{
		chat: &genai.API{
			Type:        "chat_completions",
			Operation:   semconv.OperationChat,
			StreamUsage: !r.StreamUsageAlways,
			Request:     genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:    genai.Format[genai.Response]{Shape: chatShape, New: newChat(r, false)},
			Stream:      genai.Format[genai.Response]{Shape: chatStreamShape, New: newChat(r, true)},
			Reconcile:   r.splitCacheWrites,
			Content:     readChat,
		},
		responses: &genai.API{
			Type:      "responses",
			Operation: semconv.OperationChat,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: responsesShape, New: newResponses},
			Stream:    genai.Format[genai.Response]{Shape: responsesStreamShape, New: newResponsesStream},
			Reconcile: r.splitCacheWrites,
			Content:   readResponses,
		},
		decisions: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: responsesShape, New: newResponses},
			Reconcile: r.splitCacheWrites,
		},
		completions: &genai.API{
			Operation:   semconv.OperationTextCompletion,
			StreamUsage: !r.StreamUsageAlways,
			Request:     genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:    genai.Format[genai.Response]{Shape: chatShape, New: newChat(r, false)},
			Stream:      genai.Format[genai.Response]{Shape: chatStreamShape, New: newChat(r, true)},
			Content:     readChat,
		},
		embeddings: &genai.API{
			Operation: semconv.OperationEmbeddings,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: chatShape, New: newChat(r, false)},
		},
		images: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newImageRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
		},
		audio: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
		},
		speech: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newSpeechRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newSpeech},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newSpeech},
		},
		fetch: &genai.API{
			Operation: semconv.OperationFetchResponse,
			Response:  genai.Format[genai.Response]{Shape: fetchShape, New: newFetch},
		},
	}
	a.batch = &genai.API{
		Operation: semconv.OperationFetchResponse,
		Results: &genai.Results{
			Batch: func(path string) string {
				path = strings.TrimSuffix(path, "/content")
				return path[strings.LastIndexByte(path, '/')+1:]
			},
			Maybe: true, // a file may hold anything
			Line:  genai.Format[genai.Response]{Shape: resultShape, New: newResult(r)},
			API:   a.object,
		},
	}
	return a
}

// object is the API whose answers are called as that of a result.
func (a *apis) object(r *genai.Response) *genai.API {
	switch r.Object {
	case "response":
		return a.responses
	case "text_completion":
		return a.completions
	case "list":
		return a.embeddings
	default:
		return a.chat
	}
}

// route goes by the end of the path, so that a gateway may put the API under a
// prefix of its own.
func (a *apis) route(method, path string) *genai.API {
	if method == http.MethodGet {
		if i := strings.LastIndex(path, "/responses/"); i >= 0 && !strings.Contains(path[i+len("/responses/"):], "/") {
			return a.fetch
		}
		if strings.HasSuffix(path, "/content") && strings.Contains(path, "/files/") {
			return a.batch
		}
		return nil
	}
	if method != http.MethodPost {
		return nil
	}
	switch {
	case strings.HasSuffix(path, "/chat/completions"):
		return a.chat
	case strings.HasSuffix(path, "/responses"), strings.HasSuffix(path, "/responses/compact"):
		return a.responses
	case path == "/v1/decisions":
		return a.decisions
	case strings.HasSuffix(path, "/completions"):
		return a.completions
	case strings.HasSuffix(path, "/embeddings"):
		return a.embeddings
	case strings.HasSuffix(path, "/images/generations"), strings.HasSuffix(path, "/images/edits"):
		return a.images
	case strings.HasSuffix(path, "/audio/transcriptions"), strings.HasSuffix(path, "/audio/translations"):
		return a.audio
	case strings.HasSuffix(path, "/audio/speech"):
		return a.speech
	}
	return nil
}

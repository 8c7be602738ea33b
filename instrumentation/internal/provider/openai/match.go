package openai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Headers are the response headers of OpenAI, which many compatible vendors
// send too.
var Headers = genai.Headers{
	RequestID:         "X-Request-Id",
	RemainingRequests: "X-Ratelimit-Remaining-Requests",
	RemainingTokens:   "X-Ratelimit-Remaining-Tokens",
	Reset:             "X-Ratelimit-Reset-Requests",
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

	inputOnly bool // the API has no output, so that a total is the input
}

func (r Rules) withoutOutput() Rules {
	r.inputOnly = true
	return r
}

// CacheTTL is how long OpenAI keeps a cache by default.
const CacheTTL = "30m"

// Reasoning is where a vendor counts reasoning tokens.
type Reasoning uint8

// The places of reasoning tokens.
const (
	// ReasoningInside is part of completion_tokens.
	ReasoningInside Reasoning = iota
	// ReasoningByTotal is next to completion_tokens, unless total_tokens adds
	// up without it.
	ReasoningByTotal
	// ReasoningBeside is next to completion_tokens and total_tokens.
	ReasoningBeside
)

// Protocol is OpenAI's format with the rules of a vendor.
func Protocol(r Rules) genai.Protocol {
	return genai.Protocol{Name: "OpenAI", Route: newAPIs(r).route}
}

// ChatAt is chat completions at the end of another path; of
// /serving-endpoints/{model}/invocations (Databricks) the path names the model.
func ChatAt(ending string) genai.Protocol {
	chat := newAPIs(Rules{}).chat
	return genai.Protocol{Name: "chat completions at " + ending, Route: func(method, path string) (*genai.API, string) {
		if method != http.MethodPost || !strings.HasSuffix(path, ending) {
			return nil, ""
		}
		_, rest, _ := strings.Cut(path, "/serving-endpoints/")
		model, _, _ := strings.Cut(rest, "/")
		return chat, model
	}}
}

// apis are the endpoints of one variant.
type apis struct {
	chat, responses, decisions, completions, embeddings, images, videos, audio, speech, rerank, moderations, fetch, batch *genai.API
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
			Response:  genai.Format[genai.Response]{Shape: chatShape, New: newChat(r.withoutOutput(), false)},
		},
		images: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newImageRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
		},
		videos: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: videoRequestShape, New: newVideoRequest},
			Response:  genai.Format[genai.Response]{Shape: videoShape, New: newVideo},
			Reconcile: countOrdered,
		},
		rerank: &genai.API{
			Operation: semconv.OperationRerank,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: chatShape, New: newChat(r.withoutOutput(), false)},
		},
		moderations: &genai.API{
			Operation: semconv.OperationGenerateContent, // the conventions have none for it
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: chatShape, New: newChat(r, false)},
		},
		audio: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newMedia},
		},
		speech: &genai.API{
			Operation: semconv.OperationGenerateContent,
			Request:   genai.Format[genai.Request]{Shape: speechRequestShape, New: newSpeechRequest},
			Response:  genai.Format[genai.Response]{Shape: mediaShape, New: newSpeech},
			Stream:    genai.Format[genai.Response]{Shape: mediaShape, New: newSpeech},
			Reconcile: countSpoken,
		},
		fetch: &genai.API{
			Operation: semconv.OperationFetchResponse,
			Response:  genai.Format[genai.Response]{Shape: responsesShape, New: newFetched(newResponses)},
			Stream:    genai.Format[genai.Response]{Shape: responsesStreamShape, New: newFetched(newResponsesStream)},
		},
	}
	a.fetch.Made = a.responses
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

// endings are the ends of the paths that are posted to, so that a gateway may
// put the API under a prefix of its own. The first that fits is taken.
var endings = []struct {
	path string
	api  func(*apis) *genai.API
}{
	{"/chat/completions", func(a *apis) *genai.API { return a.chat }},
	{"/responses", func(a *apis) *genai.API { return a.responses }},
	{"/responses/compact", func(a *apis) *genai.API { return a.responses }},
	{"/v1/decisions", func(a *apis) *genai.API { return a.decisions }},
	{"/completions", func(a *apis) *genai.API { return a.completions }},
	{"/embeddings", func(a *apis) *genai.API { return a.embeddings }},
	{"/v1/images", func(a *apis) *genai.API { return a.images }}, // OpenRouter
	{"/images/generations", func(a *apis) *genai.API { return a.images }},
	{"/images/edits", func(a *apis) *genai.API { return a.images }},
	{"/images/variations", func(a *apis) *genai.API { return a.images }},
	{"/videos", func(a *apis) *genai.API { return a.videos }},
	{"/videos/generations", func(a *apis) *genai.API { return a.videos }}, // xAI
	{"/videos/edits", func(a *apis) *genai.API { return a.videos }},
	{"/remix", func(a *apis) *genai.API { return a.videos }},
	{"/rerank", func(a *apis) *genai.API { return a.rerank }},
	{"/moderations", func(a *apis) *genai.API { return a.moderations }},
	{"/sonar", func(a *apis) *genai.API { return a.chat }},             // Perplexity
	{"/chatcompletion_v2", func(a *apis) *genai.API { return a.chat }}, // MiniMax
	{"/audio/transcriptions", func(a *apis) *genai.API { return a.audio }},
	{"/audio/translations", func(a *apis) *genai.API { return a.audio }},
	{"/audio/speech", func(a *apis) *genai.API { return a.speech }},
	{"/v1/tts", func(a *apis) *genai.API { return a.speech }}, // xAI
	{"/v1/stt", func(a *apis) *genai.API { return a.audio }},
}

func (a *apis) route(method, path string) (*genai.API, string) {
	switch method {
	case http.MethodGet:
		if i := strings.LastIndex(path, "/responses/"); i >= 0 && !strings.Contains(path[i+len("/responses/"):], "/") {
			return a.fetch, ""
		}
		if strings.HasSuffix(path, "/content") && strings.Contains(path, "/files/") {
			return a.batch, ""
		}
	case http.MethodPost:
		for i := range endings {
			if strings.HasSuffix(path, endings[i].path) {
				return endings[i].api(a), deployment(path)
			}
		}
	}
	return nil, ""
}

// deployment is the name in /deployments/{deployment}/..., as Azure and proxies
// in front of it write the requested model; the answer names the real one.
func deployment(path string) string {
	_, rest, _ := strings.Cut(path, "/deployments/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

package fakevendor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// endpoint is how one path of a vendor reads and answers.
type endpoint struct {
	provider         string
	operation        Operation
	overloadedStatus int
	stopReason       string
	lengthReason     string
	toolReason       string
	toolCallPrefix   string

	authorize   func(http.Header) error
	decode      func([]byte, *request) error
	servedTier  func(asked string) string
	cache       func(*generator, request, *Usage)
	render      func(*generator, request, Answer) reply
	renderError func(requestID string, a Answer) reply
	headers     func(*generator, Served, Answer) http.Header
	errorOf     func(status int) (kind, message string)
}

var endpoints = map[string]*endpoint{
	"/v1/chat/completions": openAI(OpenAIChat, decodeChat, renderChat, "stop", "length", "tool_calls"),
	"/v1/responses":        openAI(OpenAIResponses, decodeResponses, renderResponse, "completed", "incomplete", "completed"),
	"/v1/embeddings":       openAI(OpenAIEmbeddings, decodeEmbeddings, renderEmbeddings, "", "", ""),
	"/v1/messages":         anthropicMessages(),
}

// request holds what an answer depends on, whichever endpoint it came to.
type request struct {
	Model        string
	Stream       bool
	IncludeUsage bool // stream_options.include_usage
	ServiceTier  string
	InferenceGeo string

	promptBytes  int
	maxOutput    int64
	tools        []tool
	toolAnswered bool // the prompt ends with a tool's result
	reasons      bool // a reasoning model, or thinking is on
	webSearch    bool
	cacheTTL     string // Anthropic cache_control: "", 5m, 1h
	inputs       int    // embeddings: number of texts
	dimensions   int
	base64       bool
}

func (ep *endpoint) parse(body []byte) (request, error) {
	var req request
	if err := ep.decode(body, &req); err != nil {
		return req, fmt.Errorf("we could not parse the JSON body of your request: %w", err)
	}
	if req.Model == "" {
		return req, errors.New("you must provide a model parameter")
	}
	return req, nil
}

// fault is an error the vendor answers with though the request was right.
func (ep *endpoint) fault(status int, retryAfter time.Duration) Answer {
	kind, message := ep.errorOf(status)
	return Answer{Status: status, ErrorType: kind, ErrorMessage: message, RetryAfter: retryAfter}
}

// refusal is an error that the request brought on itself.
func refusal(status int, err error) Answer {
	kind := "invalid_request_error"
	if status == http.StatusUnauthorized {
		kind = "authentication_error"
	}
	return Answer{Status: status, ErrorType: kind, ErrorMessage: err.Error()}
}

func unknownEndpoint(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(mustJSON(openAIError{openAIErrorBody{
		Message: fmt.Sprintf("Invalid URL (%s %s)", r.Method, r.URL.Path), Type: "invalid_request_error",
	}}))
}

// snapshots are the dated models behind the aliases that both vendors answer
// to; any other name is served as asked.
var snapshots = map[string]string{
	"gpt-4o":            "gpt-4o-2024-08-06",
	"gpt-4o-mini":       "gpt-4o-mini-2024-07-18",
	"gpt-4.1":           "gpt-4.1-2025-04-14",
	"gpt-4.1-mini":      "gpt-4.1-mini-2025-04-14",
	"gpt-5":             "gpt-5-2025-08-07",
	"gpt-5-mini":        "gpt-5-mini-2025-08-07",
	"claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
	"claude-haiku-4-5":  "claude-haiku-4-5-20251001",
	"claude-opus-4-5":   "claude-opus-4-5-20251101",
}

func servedModel(asked string) string {
	if m, ok := snapshots[asked]; ok {
		return m
	}
	return asked
}

// mustJSON marshals the package's own types, which always can be.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

package fakevendor

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// statusOverloaded is Anthropic's own status code for overload.
const statusOverloaded = 529

func anthropicMessages() *endpoint {
	return &endpoint{
		provider: ProviderAnthropic, operation: AnthropicMessages, overloadedStatus: statusOverloaded,
		stopReason: "end_turn", lengthReason: "max_tokens", toolReason: "tool_use", toolCallPrefix: "toolu_01",
		authorize: anthropicAuthorize, decode: decodeMessages, servedTier: anthropicTier, cache: anthropicCache,
		render: renderMessage, renderError: renderAnthropicError, headers: anthropicHeaders, errorOf: anthropicErrorOf,
	}
}

func anthropicAuthorize(h http.Header) error {
	if h.Get("X-Api-Key") == "" && h.Get("Authorization") == "" {
		return errors.New("x-api-key header is required")
	}
	return nil
}

// anthropicTier is the tier served: without a commitment, auto is standard.
func anthropicTier(string) string { return "standard" }

// anthropicCache acts on cache_control alone: a third of the calls write the
// prefix, the others read it, and one in ten of these also writes a new turn.
func anthropicCache(g *generator, req request, u *Usage) {
	if req.cacheTTL == "" {
		return
	}
	prefix := int64(float64(u.Input) * (0.5 + 0.4*g.rnd.Float64()))
	draw := g.rnd.Float64()
	write := int64(0)
	switch {
	case draw < 0.33:
		write = prefix
	case draw < 0.40:
		write = (u.Input - prefix) / 2
		u.CacheRead = prefix
	default:
		u.CacheRead = prefix
	}
	if req.cacheTTL == "1h" {
		u.CacheWrite1h = write
	} else {
		u.CacheWrite5m = write
	}
}

func decodeMessages(body []byte, req *request) error {
	var in struct {
		Model        string            `json:"model"`
		Stream       bool              `json:"stream"`
		ServiceTier  string            `json:"service_tier"`
		InferenceGeo string            `json:"inference_geo"`
		MaxTokens    int64             `json:"max_tokens"`
		System       json.RawMessage   `json:"system"`
		Messages     []json.RawMessage `json:"messages"`
		Thinking     struct {
			Type string `json:"type"`
		} `json:"thinking"`
		Tools []struct {
			Type        string          `json:"type"`
			Name        string          `json:"name"`
			InputSchema json.RawMessage `json:"input_schema"`
		} `json:"tools"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	req.Model, req.Stream, req.ServiceTier = in.Model, in.Stream, in.ServiceTier
	req.InferenceGeo, req.maxOutput = in.InferenceGeo, in.MaxTokens
	req.reasons = in.Thinking.Type == "enabled" || in.Thinking.Type == "adaptive"
	req.promptBytes = len(in.System)
	for _, m := range in.Messages {
		req.promptBytes += len(m)
	}
	for _, t := range in.Tools {
		if strings.HasPrefix(t.Type, "web_search") {
			req.webSearch = true
			continue
		}
		req.tools = append(req.tools, tool{t.Name, t.InputSchema})
	}
	if n := len(in.Messages); n > 0 {
		req.toolAnswered = bytes.Contains(in.Messages[n-1], []byte(`"tool_result"`))
	}
	switch {
	case bytes.Contains(body, []byte(`"ttl":"1h"`)), bytes.Contains(body, []byte(`"ttl": "1h"`)):
		req.cacheTTL = "1h"
	case bytes.Contains(body, []byte(`"cache_control"`)):
		req.cacheTTL = "5m"
	}
	return nil
}

type anthropicError struct {
	Type      string             `json:"type"`
	Error     anthropicErrorBody `json:"error"`
	RequestID string             `json:"request_id"`
}

type anthropicErrorBody struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

func anthropicErrorOf(status int) (kind, message string) {
	switch status {
	case http.StatusTooManyRequests:
		return "rate_limit_error", "This request would exceed the rate limit for your organization."
	case statusOverloaded:
		return "overloaded_error", "Overloaded"
	default:
		return "api_error", "Internal server error"
	}
}

func renderAnthropicError(requestID string, a Answer) reply {
	return reply{status: a.Status, body: mustJSON(anthropicError{
		Type: "error", Error: anthropicErrorBody{a.ErrorType, a.ErrorMessage}, RequestID: requestID,
	})}
}

func anthropicHeaders(g *generator, c Served, a Answer) http.Header {
	h := http.Header{}
	h.Set("Request-Id", c.RequestID)
	h.Set("Anthropic-Organization-Id", "00000000-0000-4000-8000-000000000000")
	remaining := 3999 - int64(c.Sequence%1000)
	if a.Status == http.StatusTooManyRequests {
		remaining = 0
	}
	reset := g.opts.Now().Add(time.Second).UTC().Format(time.RFC3339)
	h.Set("Anthropic-Ratelimit-Requests-Limit", "4000")
	h.Set("Anthropic-Ratelimit-Requests-Remaining", strconv.FormatInt(remaining, 10))
	h.Set("Anthropic-Ratelimit-Requests-Reset", reset)
	h.Set("Anthropic-Ratelimit-Tokens-Limit", "2000000")
	h.Set("Anthropic-Ratelimit-Tokens-Remaining", strconv.FormatInt(2000000-a.Usage.Input, 10))
	h.Set("Anthropic-Ratelimit-Tokens-Reset", reset)
	setRetryAfter(h, a.RetryAfter)
	return h
}

package fakevendor

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// openAI returns what the three OpenAI endpoints have in common.
func openAI(op Operation, decode func([]byte, *request) error, render func(*generator, request, Answer) reply,
	stop, length, tools string,
) *endpoint {
	return &endpoint{
		provider: ProviderOpenAI, operation: op, overloadedStatus: http.StatusServiceUnavailable,
		stopReason: stop, lengthReason: length, toolReason: tools, toolCallPrefix: "call_",
		authorize: openAIAuthorize, decode: decode, servedTier: openAITier, cache: openAICache,
		render: render, renderError: renderOpenAIError, headers: openAIHeaders, errorOf: openAIErrorOf,
	}
}

func openAIAuthorize(h http.Header) error {
	if !strings.HasPrefix(h.Get("Authorization"), "Bearer ") {
		return errors.New("you didn't provide an API key")
	}
	return nil
}

// openAITier is the tier served for the tier asked: auto and nothing mean the
// project's default.
func openAITier(asked string) string {
	switch asked {
	case "flex", "priority", "scale":
		return asked
	default:
		return "default"
	}
}

// openAICache reads half of the prompts that are long enough from the cache:
// prompts from 1024 tokens, in steps of 128.
func openAICache(g *generator, _ request, u *Usage) {
	const least, step = 1024, 128
	if u.Input < least || g.rnd.Float64() < 0.5 {
		return
	}
	share := 0.4 + 0.5*g.rnd.Float64()
	u.CacheRead = int64(float64(u.Input)*share) / step * step
}

// reasoningModel reports the OpenAI families that think before they answer.
func reasoningModel(model string) bool {
	if strings.Contains(model, "chat") {
		return false
	}
	for _, family := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(model, family) {
			return true
		}
	}
	return false
}

type openAIError struct {
	Error openAIErrorBody `json:"error"`
}

type openAIErrorBody struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

func openAIErrorOf(status int) (kind, message string) {
	switch status {
	case http.StatusTooManyRequests:
		return "rate_limit_exceeded", "Rate limit reached for requests. Please try again later."
	case http.StatusServiceUnavailable:
		return "server_error", "The engine is currently overloaded, please try again later"
	default:
		return "server_error", "The server had an error while processing your request. Sorry about that!"
	}
}

func renderOpenAIError(_ string, a Answer) reply {
	body := openAIErrorBody{Message: a.ErrorMessage, Type: a.ErrorType}
	switch a.Status {
	case http.StatusTooManyRequests:
		code := a.ErrorType // the limit that was hit goes into type, the reason into code
		body.Type, body.Code = "requests", &code
	case http.StatusUnauthorized:
		code := "invalid_api_key"
		body.Type, body.Code = "invalid_request_error", &code
	}
	return reply{status: a.Status, body: mustJSON(openAIError{body})}
}

func openAIHeaders(g *generator, c Served, a Answer) http.Header {
	h := http.Header{}
	h.Set("X-Request-Id", c.RequestID)
	h.Set("Openai-Version", "2020-10-01")
	h.Set("Openai-Processing-Ms", strconv.FormatInt(40+g.rnd.Int64N(400), 10))
	remaining := 9999 - int64(c.Sequence%1000)
	if a.Status == http.StatusTooManyRequests {
		remaining = 0
	}
	h.Set("X-Ratelimit-Limit-Requests", "10000")
	h.Set("X-Ratelimit-Limit-Tokens", "2000000")
	h.Set("X-Ratelimit-Remaining-Requests", strconv.FormatInt(remaining, 10))
	h.Set("X-Ratelimit-Remaining-Tokens", strconv.FormatInt(2000000-a.Usage.Input, 10))
	h.Set("X-Ratelimit-Reset-Requests", "6ms")
	h.Set("X-Ratelimit-Reset-Tokens", "23ms")
	setRetryAfter(h, a.RetryAfter)
	return h
}

// setRetryAfter sends whole seconds as the standard asks, and milliseconds
// next to them as both vendors do.
func setRetryAfter(h http.Header, d time.Duration) {
	if d <= 0 {
		return
	}
	h.Set("Retry-After", strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10))
	h.Set("Retry-After-Ms", strconv.FormatInt(d.Milliseconds(), 10))
}

package otelgenai_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func TestResponse_FirstBytesDecideItsForm(t *testing.T) {
	const failure = `{"error":{"code":"rate_limit_exceeded"}}`
	for name, tc := range map[string]struct {
		status       int
		kind, answer string
		input        any
		streamed     any
		fails        any
	}{
		"events without a type":           {200, "", chatStream, int64(9), true, nil},
		"events under JSON":               {200, "application/json", chatStream, int64(9), true, nil},
		"events behind a byte order mark": {200, "text/plain", "\xef\xbb\xbf\r\n" + chatStream, int64(9), true, nil},
		"events that begin by a comment":  {200, "text/plain", ": ping\n\n" + chatStream, int64(9), true, nil},
		"JSON under events":               {200, "text/event-stream", chatResponse, int64(1000), nil, nil},
		"JSON under text":                 {200, "text/plain", "\n " + chatResponse, int64(1000), nil, nil},
		"a failure as an event":           {429, "text/event-stream", "event: error\ndata: " + failure + "\n\n", nil, nil, "rate_limit_exceeded"},
		"a failure under text":            {429, "text/html", failure, nil, nil, "rate_limit_exceeded"},
		"text that looks like a field":    {200, "text/plain", "data about rain", nil, nil, nil},
		"a byte order mark":               {200, "application/json", "\xef\xbb\xbf" + chatResponse, int64(1000), nil, nil},
		"a byte order mark, untyped":      {200, "text/plain", "\xef\xbb\xbf" + chatStream, int64(9), true, nil},
		"an event named error":            {200, "text/event-stream", "event: error\ndata: {\"message\":\"overloaded\"}\n\n", nil, true, "_OTHER"},
		"an event named error, with code": {200, "text/event-stream", "event: error\ndata: {\"error\":{\"code\":\"busy\"}}\n\n", nil, true, "busy"},
		"text":                            {200, "text/plain", "ideas", nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, answerOf(tc.status, tc.kind, tc.answer, nil)), "http://127.0.0.1/v1/chat/completions", chatRequest)
			assert.Equal(t, tc.answer, got)
			attrs := s.attrs(t)
			assert.Equal(t, tc.input, attrs["gen_ai.usage.input_tokens"])
			assert.Equal(t, tc.streamed, attrs["gen_ai.request.stream"])
			assert.Equal(t, tc.fails, attrs["error.type"])
			assert.NotContains(t, attrs, "spanledger.stream.aborted")
		})
	}
}

func TestResponse_AResetThatIsNoTimeToWaitIsLeftOut(t *testing.T) {
	for value, want := range map[string]any{
		"12": 12.0, "0.5": 0.5, "6m0s": 360.0, "0": 0.0,
		"NaN": nil, "inf": nil, "-inf": nil, "-1": nil, "-5s": nil, "1e300": nil, "1764412345678": nil, "soon": nil, "": nil,
	} {
		t.Run(value, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := answerOf(200, "application/json", chatResponse, nil).RoundTrip(r)
				resp.Header.Set("X-Ratelimit-Reset-Requests", value)
				return resp, err
			})
			post(t, context.Background(), s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", chatRequest)
			assert.Equal(t, want, s.attrs(t)["spanledger.ratelimit.reset"])
		})
	}
}

func TestResponse_AGatewaysCostIsTheVendorsFigure(t *testing.T) {
	for value, want := range map[string]any{
		"0.00035": "0.00035", "3.45e-05": "0.0000345", "12": "12",
		"0.0": "0", "-0.0": "0", "-1": nil, "None": nil, "": nil, "NaN": nil, "inf": nil, "1e999": nil,
	} {
		t.Run(value, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := answerOf(200, "application/json", chatResponse, nil).RoundTrip(r)
				resp.Header.Set("x-litellm-response-cost", value)
				return resp, err
			})
			post(t, context.Background(), s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", chatRequest)
			assert.Equal(t, want, s.attrs(t)["spanledger.cost.vendor_amount"])
		})
	}
}

func TestResponse_CostsThatContradictEachOther(t *testing.T) {
	charged := strings.Replace(chatResponse, `"usage":{`, `"usage":{"cost":0.0007,`, 1)
	require.NotEqual(t, chatResponse, charged)
	for name, tc := range map[string]struct {
		stated []string
		answer string
		want   any
	}{
		"two that agree":                  {[]string{"0.00035", "3.5e-04"}, chatResponse, "0.00035"},
		"a binary fraction":               {[]string{"7.6265000000000005e-03"}, chatResponse, "0.0076265"},
		"two that differ":                 {[]string{"0.00035", "0.0004"}, chatResponse, nil},
		"one that is none, and one":       {[]string{"None", "0.00035"}, chatResponse, "0.00035"},
		"one, and a charge in the answer": {[]string{"0.00035"}, charged, "0.0007"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := answerOf(200, "application/json", tc.answer, nil).RoundTrip(r)
				resp.Header["X-Litellm-Response-Cost"] = tc.stated
				return resp, err
			})
			post(t, context.Background(), s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", chatRequest)
			assert.Equal(t, tc.want, s.attrs(t)["spanledger.cost.vendor_amount"])
		})
	}
}

// What LiteLLM states in its header, as a bill. A stream's head comes before the
// cost is known.
func TestResponse_AGatewaysCostOfZeroIsTheBillOfAWholeAnswer(t *testing.T) {
	const whole, streamed = "0.00012", "0.00000315" // by the list
	for name, tc := range map[string]struct {
		model, stated, answer, kind string
		status                      pricing.Status
		amount                      string
		zero                        bool
	}{
		"a whole answer":                  {"gpt-4o-mini", "0.0", chatResponse, "application/json", pricing.Priced, "0", true},
		"a whole answer that costs":       {"gpt-4o-mini", whole, chatResponse, "application/json", pricing.Priced, whole, false},
		"nothing stated":                  {"gpt-4o-mini", "", chatResponse, "application/json", pricing.Priced, whole, false},
		"a stream":                        {"gpt-4o-mini", "0.0", chatStream, "text/event-stream", pricing.Priced, streamed, true},
		"a model that is not in the list": {"our-alias", "0.0", chatResponse, "application/json", pricing.Unpriced, "0", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				answer := strings.ReplaceAll(tc.answer, "gpt-4o-mini-2024-07-18", tc.model) // LiteLLM writes the name it was called by
				resp, err := answerOf(200, tc.kind, answer, nil).RoundTrip(r)
				resp.Header.Set("x-litellm-response-cost", tc.stated)
				return resp, err
			})
			ctx, last := otelgenai.WithLastCall(context.Background())
			request := strings.ReplaceAll(chatRequest, "gpt-4o-mini", tc.model)
			post(t, ctx, s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", request)
			call, _ := last.Call()
			got := pricing.Default().Price(call.ForPricing())
			assert.Equal(t, tc.status, got.Status, got.Reason)
			assert.Equal(t, tc.amount, got.Amount.String())
			assert.Equal(t, tc.zero, got.Flags.Has(pricing.VendorCostZero))
		})
	}
}

func TestResponse_OutOfAGatewaysCacheIsNotBilled(t *testing.T) {
	for name, tc := range map[string]struct {
		header, value string
		hit           bool
	}{
		"Cloudflare":                    {"cf-aig-cache-status", "HIT", true},
		"Cloudflare, a miss":            {"cf-aig-cache-status", "MISS", false},
		"Portkey":                       {"x-portkey-cache-status", "SEMANTIC HIT", true},
		"Portkey, semantic miss":        {"x-portkey-cache-status", "SEMANTIC MISS", false},
		"Helicone":                      {"helicone-cache", "HIT", true},
		"LiteLLM":                       {"x-litellm-cache-key", "6c5f0e5b7a9d", true},
		"LiteLLM, no key":               {"x-litellm-cache-key", "None", false},
		"LiteLLM, an answer that costs": {"x-litellm-response-cost", "0.00035", false},
		"LiteLLM, a model that is free": {"x-litellm-response-cost", "0.0", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(otelgenai.WithEstimator(otelgenai.EstimateByLength))
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := answerOf(200, "application/json", chatResponse, nil).RoundTrip(r)
				resp.Header.Set(tc.header, tc.value)
				return resp, err
			})
			ctx, last := otelgenai.WithLastCall(context.Background())
			post(t, ctx, s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", chatRequest)
			attrs := s.attrs(t)
			call, _ := last.Call()
			if !tc.hit {
				assert.Equal(t, int64(1000), attrs["gen_ai.usage.input_tokens"])
				assert.NotContains(t, attrs, "spanledger.gateway.cache_hit")
				return
			}
			assert.Equal(t, true, attrs["spanledger.gateway.cache_hit"])
			assert.Equal(t, "none", attrs["spanledger.usage.source"])
			assert.NotContains(t, attrs, "gen_ai.usage.input_tokens")
			assert.True(t, call.ForPricing().Failed, "which costs nothing")
		})
	}
}

package otelgenai_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestTransport_AnAdvisorIsACallOfItsOwn(t *testing.T) {
	var observed []otelgenai.Call
	s := newSignals(otelgenai.WithCallObserver(func(_ context.Context, c otelgenai.Call) { observed = append(observed, c) }))
	stream, err := os.ReadFile("../internal/provider/anthropic/testdata/message_stream_with_an_advisor/response.sse")
	require.NoError(t, err)
	srv := serve(t, 200, "text/event-stream", string(stream))
	ctx, last := otelgenai.WithLastCall(context.Background())
	ctx, outer := sdktrace.NewTracerProvider().Tracer("app").Start(ctx, "answer")
	defer outer.End()
	post(t, ctx, s.client(otelgenai.Anthropic, nil), srv.URL+"/v1/messages", `{"model":"claude-sonnet-5-5","stream":true}`)

	require.Len(t, observed, 2)
	assert.Equal(t, "claude-opus-4-8", observed[0].ResponseModel)
	assert.Equal(t, usage.Counts{usage.Input: 887, usage.Output: 1612, usage.CacheRead: 64}, observed[0].Usage)
	assert.Empty(t, observed[0].ResponseID)
	assert.Equal(t, usage.Counts{usage.Input: 2172, usage.Output: 531, usage.CacheRead: 412}, observed[1].Usage)
	call, _ := last.Call()
	assert.Equal(t, observed[1], call)

	spans := s.spans.Ended()
	require.Len(t, spans, 2)
	for _, span := range spans {
		assert.Equal(t, outer.SpanContext().SpanID(), span.Parent().SpanID(), "neither stands for the other")
	}
	require.Len(t, spans[0].Links(), 1)
	assert.Equal(t, spans[1].SpanContext().SpanID(), spans[0].Links()[0].SpanContext.SpanID())
	tokens := int64(0)
	for _, p := range s.metrics(t)["gen_ai.client.inference.usage.input_tokens"].Data.(metricdata.Sum[int64]).DataPoints {
		tokens += p.Value
	}
	assert.Equal(t, int64(887+2172), tokens)
}

func TestTransport_PricesACallInProcess(t *testing.T) {
	refused := func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("dial: %w", syscall.ECONNREFUSED) }
	cut := func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	answer := func(status int, body string) roundTripper {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
		}
	}
	for name, tc := range map[string]struct {
		url    string // of a call, with the method POST unless it fetches a response
		vendor roundTripper
		status pricing.Status
		amount string
	}{
		"by the catalogue":         {"https://api.openai.com/v1/chat/completions", answer(200, chatResponse), pricing.Priced, "0.00012"},
		"by the vendor's own word": {"https://openrouter.ai/api/v1/chat/completions", answer(200, `{"model":"acme/unheard-of","usage":{"prompt_tokens":9,"completion_tokens":5,"cost":0.00014}}`), pricing.Priced, "0.00014"},
		"refused by the vendor":    {"https://api.openai.com/v1/chat/completions", answer(429, `{}`), pricing.Priced, "0"},
		"never sent":               {"https://api.openai.com/v1/chat/completions", refused, pricing.Priced, "0"},
		"fetched again":            {"https://api.openai.com/v1/responses/resp_1", answer(200, `{"id":"resp_1","status":"completed","usage":{"input_tokens":9,"output_tokens":5}}`), pricing.Priced, "0"},
		"lost on the way":          {"https://api.openai.com/v1/chat/completions", cut, pricing.Unpriced, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, last := otelgenai.WithLastCall(context.Background())
			method := http.MethodPost
			if strings.Contains(tc.url, "/responses/") {
				method = http.MethodGet
			}
			req, err := http.NewRequestWithContext(ctx, method, tc.url, strings.NewReader(chatRequest))
			require.NoError(t, err)
			resp, err := otelgenai.NewTransport(tc.vendor).RoundTrip(req)
			if err == nil {
				drain(t, resp)
			}
			call, ok := last.Call()
			require.True(t, ok)
			cost := pricing.Default().Price(call.ForPricing())
			assert.Equal(t, tc.status, cost.Status, cost.Reason)
			assert.Equal(t, tc.amount, cost.Amount.String())
		})
	}
}

func TestTransport_AnErrorAnswerThatNobodyReadsIsNotAnAbortedStream(t *testing.T) {
	s := newSignals()
	srv := serve(t, 429, "application/json", `{"error":{"code":"rate_limit_exceeded"}}`)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, "429", s.attrs(t)["error.type"])
	assert.NotContains(t, s.attrs(t), "spanledger.stream.aborted")
}

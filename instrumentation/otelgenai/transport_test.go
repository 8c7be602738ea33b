package otelgenai_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

const chatRequest = `{"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o-mini","temperature":0.2,"max_tokens":50,"stop":["END"],"seed":7}`

const chatResponse = `{"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"gpt-4o-mini-2024-07-18",
"choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],
"usage":{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,"prompt_tokens_details":{"cached_tokens":800,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":20}},
"service_tier":"default","system_fingerprint":"fp_1"}`

const chatStream = `data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"hel"},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}

data: [DONE]

`

// serve answers every request with one body.
func serve(t *testing.T, status int, contentType, body string) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-Request-Id", "req_9")
		w.Header().Set("X-Ratelimit-Remaining-Requests", "99")
		w.Header().Set("X-Ratelimit-Reset-Requests", "6m0s")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// newPost is a POST of a body.
func newPost(t testing.TB, url string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, body)
	require.NoError(t, err)
	return req
}

// readAll reads an answer to its end and closes it.
func readAll(t testing.TB, resp *http.Response) string {
	t.Helper()
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return string(got)
}

// drain is readAll of an answer that may break off.
func drain(t testing.TB, resp *http.Response) {
	t.Helper()
	_, _ = io.Copy(io.Discard, resp.Body)
	require.NoError(t, resp.Body.Close())
}

func post(t *testing.T, ctx context.Context, client *http.Client, url, body string) (string, *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	require.NoError(t, err)
	got := readAll(t, resp)
	return got, resp
}

func TestTransport_AChatCompletionBecomesASpanMetricsAndOneRecord(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "application/json", chatResponse)
	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-1", Department: "claims", Application: "bot", Tags: map[string]string{"env": "x"}})
	got, _ := post(t, ctx, s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	assert.Equal(t, chatResponse, got, "the body reaches the caller as it was sent")

	span := s.span(t)
	assert.Equal(t, "chat gpt-4o-mini", span.Name())
	assert.Equal(t, trace.SpanKindClient, span.SpanKind())
	assert.Equal(t, codes.Unset, span.Status().Code)
	attrs := s.attrs(t)
	assert.NotZero(t, attrs["server.port"])
	delete(attrs, "server.port")
	assert.Equal(t, map[string]any{
		"gen_ai.operation.name":                   "chat",
		"gen_ai.provider.name":                    "openai",
		"gen_ai.request.model":                    "gpt-4o-mini",
		"gen_ai.request.temperature":              0.2,
		"gen_ai.request.max_tokens":               int64(50),
		"gen_ai.request.seed":                     int64(7),
		"gen_ai.request.stop_sequences":           []string{"END"},
		"gen_ai.response.id":                      "chatcmpl-1",
		"gen_ai.response.model":                   "gpt-4o-mini-2024-07-18",
		"gen_ai.response.finish_reasons":          []string{"stop"},
		"gen_ai.usage.input_tokens":               int64(1000),
		"gen_ai.usage.output_tokens":              int64(50),
		"gen_ai.usage.cache_read.input_tokens":    int64(800),
		"gen_ai.usage.reasoning.output_tokens":    int64(20),
		"openai.api.type":                         "chat_completions",
		"openai.response.service_tier":            "default",
		"openai.response.system_fingerprint":      "fp_1",
		"spanledger.response.service_tier":        "default",
		"spanledger.usage.source":                 "reported",
		"spanledger.vendor.request_id":            "req_9",
		"spanledger.ratelimit.remaining_requests": int64(99),
		"spanledger.ratelimit.reset":              360.0,
		"server.address":                          "127.0.0.1",
		"http.response.status_code":               int64(200),
		"user.id":                                 "u-1",
		"spanledger.department":                   "claims",
		"spanledger.application":                  "bot",
		"spanledger.tag.env":                      "x",
	}, attrs)

	require.Len(t, s.records.records, 1)
	record := s.records.records[0]
	assert.Equal(t, "chat gpt-4o-mini", record.Body().AsString())
	assert.Empty(t, record.EventName())
	assert.Equal(t, span.SpanContext().SpanID(), record.SpanID())
	logged := recordAttrs(record)
	assert.Equal(t, int64(1000), logged["gen_ai.usage.input_tokens"])
	assert.Equal(t, "claims", logged["spanledger.department"])
	assert.Positive(t, logged["spanledger.call.duration"])

	metrics := s.metrics(t)
	assert.Equal(t, int64(200+800), sum(metrics["gen_ai.client.inference.usage.input_tokens"]))
	assert.Equal(t, int64(50), sum(metrics["gen_ai.client.inference.usage.output_tokens"]))
	assert.Equal(t, int64(800), sum(metrics["gen_ai.client.inference.usage.cache_read.input_tokens"]))
	assert.Equal(t, int64(20), sum(metrics["gen_ai.client.inference.usage.reasoning.output_tokens"]))
	for _, name := range []string{"gen_ai.client.inference.duration", "gen_ai.client.operation.duration"} {
		points := metrics[name].Data.(metricdata.Histogram[float64]).DataPoints
		require.Len(t, points, 1, name)
		assert.Equal(t, uint64(1), points[0].Count, name)
		assert.Equal(t, []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}, points[0].Bounds, name)
	}
	assert.Len(t, metrics["gen_ai.client.token.usage"].Data.(metricdata.Histogram[int64]).DataPoints, 2)
}

func sum(m metricdata.Metrics) (total int64) {
	data, ok := m.Data.(metricdata.Sum[int64])
	if !ok {
		return -1
	}
	for _, p := range data.DataPoints {
		total += p.Value
	}
	return total
}

func TestTransport_AStreamedChatCompletion(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "text/event-stream", chatStream)
	got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions",
		`{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true}}`)
	assert.Equal(t, chatStream, got)
	attrs := s.attrs(t)
	assert.Equal(t, true, attrs["gen_ai.request.stream"])
	assert.Equal(t, int64(9), attrs["gen_ai.usage.input_tokens"])
	assert.Equal(t, int64(3), attrs["gen_ai.usage.output_tokens"])
	assert.Equal(t, []string{"stop"}, attrs["gen_ai.response.finish_reasons"])
	assert.Equal(t, "chatcmpl-2", attrs["gen_ai.response.id"])
	assert.Positive(t, attrs["gen_ai.response.time_to_first_chunk"])
	assert.NotContains(t, attrs, "spanledger.stream.aborted")
	assert.NotContains(t, attrs, "spanledger.decode.error")
	metrics := s.metrics(t)
	gaps := metrics["gen_ai.client.inference.time_per_output_chunk"].Data.(metricdata.Histogram[float64]).DataPoints
	require.Len(t, gaps, 1)
	assert.Equal(t, uint64(2), gaps[0].Count, "one for each chunk after the first")
	assert.Contains(t, metrics, "gen_ai.client.inference.time_to_first_chunk")
}

func TestResponse_OfALongStreamOneGapInSixteenIsMeasured(t *testing.T) {
	s := newSignals()
	base := roundTripper(streamed{streamOf(2000)}.RoundTrip)
	post(t, context.Background(), s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", `{"model":"m","stream":true}`)
	gaps := s.metrics(t)["gen_ai.client.inference.time_per_output_chunk"].Data.(metricdata.Histogram[float64]).DataPoints
	require.Len(t, gaps, 1)
	assert.Equal(t, uint64(64+120), gaps[0].Count, "the first 64, and of the other 1,935 those whose number 16 divides")
}

func TestTransport_AnErrorAnswerIsNamedByTheVendorsCode(t *testing.T) {
	s := newSignals()
	body := `{"error":{"message":"You sent sk-secret too often","type":"requests","param":null,"code":"rate_limit_exceeded"}}`
	srv := serve(t, 429, "application/json", body)
	got, resp := post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	assert.Equal(t, body, got)
	assert.Equal(t, 429, resp.StatusCode)
	attrs := s.attrs(t)
	assert.Equal(t, "rate_limit_exceeded", attrs["error.type"])
	assert.Equal(t, int64(429), attrs["http.response.status_code"])
	assert.NotContains(t, attrs, "spanledger.usage.source")
	assert.Equal(t, codes.Error, s.span(t).Status().Code)
	assert.NotContains(t, s.span(t).Status().Description, "secret")
}

func TestTransport_OtherRequestsPassUntouched(t *testing.T) {
	for _, path := range []string{"/v1/models", "/v1/files", "/healthz"} {
		s := newSignals()
		srv := serve(t, 200, "application/json", `{}`)
		var seen *http.Request
		base := roundTripper(func(r *http.Request) (*http.Response, error) {
			seen = r
			return http.DefaultTransport.RoundTrip(r)
		})
		req := newPost(t, srv.URL+path, strings.NewReader("x"))
		resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Same(t, req, seen)
		assert.Empty(t, s.spans.Started())
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransport_AnAbortedStreamKeepsWhatWasReported(t *testing.T) {
	s := newSignals()
	hold := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `event: message_start
data: {"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-5-20250929","usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":1,"service_tier":"standard"}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

`)
		w.(http.Flusher).Flush()
		<-hold
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(hold) })
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/v1/messages", strings.NewReader(`{"model":"claude-sonnet-4-5","stream":true,"max_tokens":10}`))
	require.NoError(t, err)
	resp, err := s.client(otelgenai.Anthropic, nil).Do(req)
	require.NoError(t, err)
	_, err = io.ReadFull(resp.Body, make([]byte, 420))
	require.NoError(t, err)
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, context.Canceled, "the caller sees the error it would have seen")
	require.NoError(t, resp.Body.Close())
	attrs := s.attrs(t)
	assert.Equal(t, int64(140), attrs["gen_ai.usage.input_tokens"])
	assert.Equal(t, int64(100), attrs["gen_ai.usage.cache_read.input_tokens"])
	assert.Equal(t, int64(30), attrs["gen_ai.usage.cache_write.input_tokens"])
	assert.Equal(t, int64(20), attrs["spanledger.usage.cache_write_1h.input_tokens"])
	assert.Equal(t, true, attrs["spanledger.stream.aborted"])
	assert.Equal(t, codes.Unset, s.span(t).Status().Code)
}

package otelgenai_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing"
)

// echo answers with the request's body in a stream or whole, and keeps it.
func echo(t *testing.T, contentType, answer string) (*httptest.Server, *http.Request, *bytes.Buffer) {
	t.Helper()
	got, body := &http.Request{}, &bytes.Buffer{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*got = *r
		_, _ = body.ReadFrom(r.Body)
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(srv.Close)
	return srv, got, body
}

func TestOptions_StreamUsageIsAskedForOnlyWhereItIsMissing(t *testing.T) {
	for name, tc := range map[string]struct {
		path, request string
		asked         bool
	}{
		"a stream that says nothing":      {"/v1/chat/completions", ` {"model":"m","stream":true}`, true},
		"a stream with options":           {"/v1/chat/completions", `{"model":"m","stream":true,"stream_options":{"include_obfuscation":false}}`, false},
		"a call that does not stream":     {"/v1/chat/completions", `{"model":"m"}`, false},
		"an API that reports it anyway":   {"/v1/responses", `{"model":"m","stream":true}`, false},
		"an API that does not know it":    {"/v1/embeddings", `{"model":"m","stream":true}`, false},
		"a word in the prompt is no flag": {"/v1/chat/completions", `{"model":"m","messages":[{"content":"\"stream\":true"}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(otelgenai.WithStreamUsage())
			srv, got, body := echo(t, "text/event-stream", chatStream)
			post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+tc.path, tc.request)
			assert.Equal(t, int64(body.Len()), got.ContentLength)
			if !tc.asked {
				assert.Equal(t, tc.request, body.String(), "not a byte is changed")
				return
			}
			var sent map[string]any
			require.NoError(t, json.Unmarshal(body.Bytes(), &sent))
			assert.Equal(t, map[string]any{"model": "m", "stream": true, "stream_options": map[string]any{"include_usage": true}}, sent)
		})
	}
}

func TestOptions_RequiredAttribution(t *testing.T) {
	t.Run("a call is rejected before it leaves", func(t *testing.T) {
		s := newSignals(otelgenai.WithRequiredAttribution(otelgenai.Reject, otelgenai.User, otelgenai.Department))
		base := roundTripper(func(*http.Request) (*http.Response, error) {
			t.Error("the call has left")
			return nil, http.ErrAbortHandler
		})
		ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u"})
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.openai.com/v1/chat/completions", strings.NewReader(chatRequest))
		require.NoError(t, err)
		_, err = s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
		var missing *otelgenai.AttributionError
		require.ErrorAs(t, err, &missing)
		assert.Equal(t, []otelgenai.AttributionField{otelgenai.Department}, missing.Missing)
		assert.EqualError(t, err, "otelgenai: LLM call without department: set it with tracing.WithAttribution on the request's context")
		assert.Equal(t, "attribution_missing", s.attrs(t)["error.type"])
		assert.Equal(t, "none", s.attrs(t)["spanledger.usage.source"])
	})
	t.Run("a call is labelled and goes", func(t *testing.T) {
		s := newSignals(otelgenai.WithRequiredAttribution(otelgenai.Label, otelgenai.User, otelgenai.Team))
		srv := serve(t, 200, "application/json", chatResponse)
		ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u"})
		post(t, ctx, s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
		assert.Equal(t, "u", s.attrs(t)["user.id"])
		assert.Equal(t, "(unattributed)", s.attrs(t)["spanledger.team"])
	})
	t.Run("the request fills in what the context leaves open", func(t *testing.T) {
		s := newSignals(otelgenai.WithRequiredAttribution(otelgenai.Reject, otelgenai.User, otelgenai.Department),
			otelgenai.WithAttributionFrom(func(r *http.Request) tracing.Attribution {
				return tracing.Attribution{User: "from the request", Department: r.Header.Get("X-Department")}
			}))
		srv, _, _ := echo(t, "application/json", chatResponse)
		ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "from the context"})
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
		require.NoError(t, err)
		req.Header.Set("X-Department", "claims")
		resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
		require.NoError(t, err)
		drain(t, resp)
		assert.Equal(t, "from the context", s.attrs(t)["user.id"])
		assert.Equal(t, "claims", s.attrs(t)["spanledger.department"])
	})
}

func TestOptions_TheCallIsReportedToTheCaller(t *testing.T) {
	var observed []otelgenai.Call
	s := newSignals(otelgenai.WithCallObserver(func(_ context.Context, c otelgenai.Call) { observed = append(observed, c) }),
		otelgenai.WithCallObserver(func(context.Context, otelgenai.Call) { panic("a bug of the observer") }))
	srv := serve(t, 200, "application/json", chatResponse)
	ctx, last := otelgenai.WithLastCall(context.Background())
	_, ok := last.Call()
	assert.False(t, ok)
	post(t, ctx, s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	call, ok := last.Call()
	require.True(t, ok)
	require.Len(t, observed, 1)
	assert.Equal(t, call, observed[0])
	assert.Equal(t, usage.Counts{usage.Input: 1000, usage.Output: 50, usage.CacheRead: 800, usage.Reasoning: 20}, call.Usage)
	assert.Equal(t, "reported", call.UsageSource)
	assert.Positive(t, call.Duration)

	call.ServerAddress = "api.openai.com"
	cost := pricing.Default().Price(call.ForPricing())
	assert.Equal(t, pricing.Priced, cost.Status)
	// 200 x 0.15 + 800 x 0.075 + 50 x 0.60 USD per million.
	assert.Equal(t, "0.00012", cost.Amount.String())
	assert.Len(t, s.spans.Ended(), 1, "also where an observer panics")
}

func TestOptions_AnEstimatorFillsInOnlyWhatIsNotReported(t *testing.T) {
	withoutUsage := strings.Replace(chatStream, `"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}`, `"usage":null`, 1)
	for name, tc := range map[string]struct {
		stream string
		in     int64
		out    int64
		source string
	}{
		"reported":     {chatStream, 9, 3, "reported"},
		"not reported": {withoutUsage, 8, 1, "estimated"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(otelgenai.WithEstimator(otelgenai.EstimateByLength))
			srv := serve(t, 200, "text/event-stream", tc.stream)
			post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", `{"model":"gpt","stream":true  }`)
			attrs := s.attrs(t)
			assert.Equal(t, tc.in, attrs["gen_ai.usage.input_tokens"])
			assert.Equal(t, tc.out, attrs["gen_ai.usage.output_tokens"])
			assert.Equal(t, tc.source, attrs["spanledger.usage.source"])
			_, counted := s.metrics(t)["gen_ai.client.inference.usage.input_tokens"]
			assert.Equal(t, tc.source == "reported", counted, "guesses stay out of the metrics")
		})
	}
}

func TestOptions_PropagationOnlyWhenAsked(t *testing.T) {
	s := newSignals(otelgenai.WithPropagators(propagation.TraceContext{}))
	srv, got, _ := echo(t, "application/json", chatResponse)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	drain(t, resp)
	assert.Contains(t, got.Header.Get("Traceparent"), s.span(t).SpanContext().SpanID().String())
	assert.Empty(t, req.Header.Get("Traceparent"), "the caller's request is not changed")
}

func TestOptions_TheRecordInSlog(t *testing.T) {
	var out bytes.Buffer
	s := newSignals(otelgenai.WithSlog(slog.New(slog.NewJSONHandler(&out, nil))))
	srv := serve(t, 500, "application/json", `{"error":{"code":"server_error"}}`)
	post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	assert.Equal(t, "WARN", line["level"])
	assert.Equal(t, "chat gpt-4o-mini", line["msg"])
	assert.Equal(t, "server_error", line["error.type"])
}

func TestLegacyMetrics(t *testing.T) {
	for name, tc := range map[string]struct {
		env     string
		options []otelgenai.Option
		want    bool
	}{
		"on by default":                  {"", nil, true},
		"off where the newest is chosen": {"http, gen_ai_latest_experimental", nil, false},
		"the option wins":                {"gen_ai_latest_experimental", []otelgenai.Option{otelgenai.WithLegacyMetrics(true)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_SEMCONV_STABILITY_OPT_IN", tc.env)
			s := newSignals(tc.options...)
			srv := serve(t, 200, "application/json", chatResponse)
			post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
			_, duration := s.metrics(t)["gen_ai.client.operation.duration"]
			_, tokens := s.metrics(t)["gen_ai.client.token.usage"]
			assert.Equal(t, tc.want, duration)
			assert.Equal(t, tc.want, tokens)
			assert.Contains(t, s.metrics(t), "gen_ai.client.inference.duration")
		})
	}
}

func TestOptions_AFilterLeavesCallsOut(t *testing.T) {
	s := newSignals(otelgenai.WithFilter(func(r *http.Request) bool { return r.Header.Get("X-Probe") == "" }))
	srv := serve(t, 200, "application/json", chatResponse)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
	req.Header.Set("X-Probe", "1")
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Empty(t, s.spans.Started())
}

func TestOptions_AnEndpointMayBeNamedInAnyForm(t *testing.T) {
	srv := serve(t, 200, "application/json", chatResponse)
	host := strings.TrimPrefix(srv.URL, "http://")
	for _, form := range []string{srv.URL, srv.URL + "/v1", host, "127.0.0.1", " " + strings.ToUpper(host)} {
		s := newSignals(otelgenai.WithEndpoint(form, otelgenai.VLLM))
		client := &http.Client{Transport: otelgenai.NewTransport(nil, s.options...)}
		post(t, context.Background(), client, srv.URL+"/v1/chat/completions", chatRequest)
		assert.Equal(t, "vllm", s.attrs(t)["gen_ai.provider.name"], form)
	}
}

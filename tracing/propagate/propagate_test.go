package propagate_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/propagate"
)

var who = tracing.Attribution{User: "u-4711", Department: "claims", Application: "intake-bot", Tags: map[string]string{"tenant": "acme"}}

// parents maps the names of ended spans to those of their parents.
func parents(spans []sdktrace.ReadOnlySpan) map[string]string {
	names := make(map[trace.SpanID]string)
	for _, s := range spans {
		names[s.SpanContext().SpanID()] = s.Name()
	}
	above := make(map[string]string)
	for _, s := range spans {
		above[s.Name()] = names[s.Parent().SpanID()]
	}
	return above
}

func TestPropagate_AgentInAnotherServiceIsPartOfTheRun(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	use := tracing.WithTracerProvider(tp)
	agent := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, remote := tracing.StartAgent(r.Context(), "remote", use)
		defer remote.End(nil)
		got := tracing.AttributionFrom(r.Context())
		if got.User != who.User || got.Department != who.Department || got.Tags["tenant"] != "acme" {
			t.Errorf("attribution at the other side: %+v", got)
		}
	})

	tests := []struct {
		name        string
		handler     http.Handler
		client      func(own *propagate.Transport) http.RoundTripper
		wantParents map[string]string
	}{
		{
			"with nothing else around",
			propagate.NewHandler(agent),
			func(own *propagate.Transport) http.RoundTripper { return own },
			map[string]string{"invoke_agent local": "", "invoke_agent remote": "invoke_agent local"},
		},
		{
			"inside otelhttp on both sides",
			otelhttp.NewHandler(propagate.NewHandler(agent), "serve", otelhttp.WithTracerProvider(tp), otelhttp.WithPropagators(tracing.Propagator())),
			func(own *propagate.Transport) http.RoundTripper {
				return otelhttp.NewTransport(own, otelhttp.WithTracerProvider(tp))
			},
			map[string]string{"invoke_agent local": "", "HTTP GET": "invoke_agent local", "GET": "HTTP GET", "invoke_agent remote": "GET"},
		},
		{
			"outside otelhttp at the server",
			propagate.NewHandler(otelhttp.NewHandler(agent, "serve", otelhttp.WithTracerProvider(tp))),
			func(own *propagate.Transport) http.RoundTripper { return own },
			map[string]string{"invoke_agent local": "", "GET": "invoke_agent local", "invoke_agent remote": "GET"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spans.Reset()
			server := httptest.NewServer(tt.handler)
			defer server.Close()
			client := &http.Client{Transport: tt.client(propagate.NewTransport(nil, "127.0.0.1"))}

			ctx := tracing.WithAttribution(t.Context(), who)
			ctx, local := tracing.StartAgent(ctx, "local", use)
			fetch(ctx, t, client, server.URL)
			local.End(nil)
			server.Close()
			require.Equal(t, tt.wantParents, parents(spans.Ended()))
		})
	}
}

func fetch(ctx context.Context, t *testing.T, client *http.Client, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	res, err := client.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	for _, h := range []string{"Traceparent", "Baggage"} {
		require.Empty(t, req.Header.Get(h), "the caller's request is unchanged")
	}
}

// roundTrip is a transport that keeps the request it was given.
type roundTrip struct{ got *http.Request }

func (r *roundTrip) RoundTrip(req *http.Request) (*http.Response, error) {
	r.got = req
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

func TestPropagate_OnlyToNamedHosts(t *testing.T) {
	own := []string{"Billing.internal", "*.agents.internal", "localhost:8080", "*.", "*"}
	tests := []struct {
		url  string
		told bool
	}{
		{"http://billing.internal/run", true},
		{"https://BILLING.INTERNAL:8443/run", true},
		{"http://a.agents.internal", true},
		{"http://a.b.agents.internal:81", true},
		{"http://localhost:8080", true},
		{"http://localhost:8081", false},
		{"http://agents.internal", false},
		{"http://evilagents.internal", false},
		{"http://billing.internal.example.com", false},
		{"https://api.openai.com/v1/chat/completions", false},
		{"https://api.anthropic.com/v1/messages", false},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			base := &roundTrip{}
			req := httptest.NewRequestWithContext(tracing.WithAttribution(t.Context(), who), http.MethodGet, tt.url, http.NoBody)
			_, err := propagate.NewTransport(base, own...).RoundTrip(req)
			require.NoError(t, err)
			require.Equal(t, tt.told, strings.Contains(base.got.Header.Get("Baggage"), "u-4711"))
			require.Equal(t, tt.told, base.got != req, "a request that nothing is added to is passed on as it is")
		})
	}
}

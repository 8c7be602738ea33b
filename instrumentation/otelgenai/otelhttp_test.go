package otelgenai_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestOtelhttp_OnEitherSideLosesNothing(t *testing.T) {
	for name, compose := range map[string]func(*signals) http.RoundTripper{
		"below": func(s *signals) http.RoundTripper {
			return s.client(otelgenai.OpenAI, otelhttp.NewTransport(nil)).Transport
		},
		"above": func(s *signals) http.RoundTripper {
			return otelhttp.NewTransport(s.client(otelgenai.OpenAI, nil).Transport)
		},
		"on both": func(s *signals) http.RoundTripper {
			return otelhttp.NewTransport(s.client(otelgenai.OpenAI, otelhttp.NewTransport(nil)).Transport)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			srv := serve(t, 200, "text/event-stream", chatStream)
			got, resp := post(t, context.Background(), &http.Client{Transport: compose(s)}, srv.URL+"/v1/chat/completions", `{"model":"m","stream":true}`)
			assert.Equal(t, chatStream, got)
			require.Equal(t, 200, resp.StatusCode)
			// otelhttp below takes the provider of the span it finds.
			var attrs map[string]any
			for _, span := range s.spans.Ended() {
				if span.Name() == "chat m" {
					attrs = toMap(span.Attributes())
				}
			}
			assert.Len(t, s.spans.Ended(), len(s.spans.Started()))
			assert.Equal(t, int64(9), attrs["gen_ai.usage.input_tokens"])
			assert.Equal(t, int64(3), attrs["gen_ai.usage.output_tokens"])
			assert.NotContains(t, attrs, "spanledger.stream.aborted")
		})
	}
}

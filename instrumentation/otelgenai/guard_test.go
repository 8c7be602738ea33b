package otelgenai_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

// fullError calls itself something in telemetry.
type fullError struct{ error }

func (fullError) ErrorType() string { return "house_full" }

func TestGuard(t *testing.T) {
	t.Run("is told what is known before the call leaves", func(t *testing.T) {
		var got otelgenai.PendingCall
		s := newSignals(otelgenai.WithGuard(func(_ context.Context, pending otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			got = pending
			assert.Equal(t, "gpt-4o-mini", pending.RequestModel())
			return []attribute.KeyValue{attribute.String("house.seat", "7")}, nil
		}))
		srv := serve(t, 200, "application/json", chatResponse)
		ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u"})
		post(t, ctx, s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
		assert.Equal(t, "gpt-4o-mini", got.RequestModel(), "which may be asked again")
		got.Model = nil
		assert.Equal(t, otelgenai.PendingCall{
			Provider: "openai", Operation: "chat", ServerAddress: "127.0.0.1",
			Attributes: []attribute.KeyValue{attribute.String("user.id", "u")},
		}, got)
		assert.Equal(t, "7", s.attrs(t)["house.seat"])
	})
	t.Run("keeps a call from leaving, with its own error", func(t *testing.T) {
		refusal := fullError{errors.New("secret")}
		s := newSignals(
			otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
				return []attribute.KeyValue{attribute.String("house.seat", "none")}, refusal
			}),
			otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
				t.Error("asked after another has refused")
				return nil, nil
			}))
		base := roundTripper(func(*http.Request) (*http.Response, error) {
			t.Error("the call has left")
			return nil, http.ErrAbortHandler
		})
		_, err := s.client(otelgenai.OpenAI, base).Post("http://127.0.0.1/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
		require.ErrorIs(t, err, refusal)
		assert.Equal(t, "house_full", s.attrs(t)["error.type"])
		assert.Equal(t, "none", s.attrs(t)["house.seat"])
		require.Len(t, s.exceptions(), 1)
		assert.Equal(t, "refused: house_full", recordAttrs(s.exceptions()[0])["exception.message"])
	})
	t.Run("is not asked for what is no LLM call, or is refused anyway", func(t *testing.T) {
		s := newSignals(otelgenai.WithRequiredAttribution(otelgenai.Reject, otelgenai.Team),
			otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
				t.Error("asked")
				return nil, nil
			}))
		srv := serve(t, 200, "application/json", "{}")
		client := s.client(otelgenai.OpenAI, nil)
		resp, err := client.Get(srv.URL + "/v1/models")
		require.NoError(t, err)
		resp.Body.Close()
		_, err = client.Post(srv.URL+"/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
		var missing *otelgenai.AttributionError
		assert.ErrorAs(t, err, &missing)
	})
	t.Run("lets the call go when it panics", func(t *testing.T) {
		s := newSignals(otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) { panic("bug") }))
		srv := serve(t, 200, "application/json", chatResponse)
		got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
		assert.Equal(t, chatResponse, got)
	})
}

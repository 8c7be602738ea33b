package otelgenai

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// bomb is a decoder with a bug.
type bomb struct {
	jsonscan.Ignore
	settle bool
}

func (b bomb) Value(jsonscan.Field, jsonscan.Kind, []byte) { panic("bug") }
func (b bomb) Settle() {
	if b.settle {
		panic("bug")
	}
}

type cannedAnswer string

func (a cannedAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

func TestDecoder_APanicOfADecoderIsCountedAndInvisible(t *testing.T) {
	shape := jsonscan.Compile(jsonscan.Scalar("x", 1))
	api := &genai.API{
		Operation: "chat",
		Request:   genai.Format[genai.Request]{Shape: shape, New: func(*genai.Request) genai.Decoder { return bomb{settle: true} }},
		Response:  genai.Format[genai.Response]{Shape: shape, New: func(*genai.Response) genai.Decoder { return bomb{settle: true} }},
	}
	for name, inMemory := range map[string]bool{"request scanned before": true, "request scanned as it is sent": false} {
		t.Run(name, func(t *testing.T) {
			spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
			rt := NewTransport(cannedAnswer(`{"x":1}`),
				WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))),
				WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))
			rt.cfg.endpoints["buggy.test"] = speaks("buggy", api)
			var sent io.Reader = strings.NewReader(`{"x":2}`)
			if !inMemory {
				sent = io.MultiReader(sent)
			}
			req, err := http.NewRequest(http.MethodPost, "http://buggy.test/", sent)
			require.NoError(t, err)
			resp, err := rt.RoundTrip(req)
			require.NoError(t, err)
			got, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, `{"x":1}`, string(got))
			require.Len(t, spans.Ended(), 1)

			var rm metricdata.ResourceMetrics
			require.NoError(t, reader.Collect(context.Background(), &rm))
			var panics int64
			for _, m := range rm.ScopeMetrics[0].Metrics {
				if m.Name == "spanledger.instrumentation.panics" {
					panics = m.Data.(metricdata.Sum[int64]).DataPoints[0].Value
				}
			}
			assert.GreaterOrEqual(t, panics, int64(2))
		})
	}
}

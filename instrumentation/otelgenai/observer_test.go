package otelgenai_test

import (
	"context"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestEveryCountReachesTheCatalogue(t *testing.T) {
	var call otelgenai.Call
	counts := reflect.ValueOf(&call.Usage).Elem()
	want := map[int64]string{}
	for i := range counts.NumField() {
		if f := counts.Field(i); f.CanInt() {
			f.SetInt(int64(1000 + i))
			want[int64(1000+i)] = counts.Type().Field(i).Name
		}
	}
	priced := reflect.ValueOf(call.ForPricing().Usage)
	for i := range priced.NumField() {
		delete(want, priced.Field(i).Int())
	}
	assert.Empty(t, want, "counts that get lost on the way")
}

func TestAnAdvisorIsACallOfItsOwnBesideTheOneItHelped(t *testing.T) {
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
	assert.Equal(t, otelgenai.Usage{Input: 887, Output: 1612, CacheRead: 64}, observed[0].Usage)
	assert.Empty(t, observed[0].ResponseID)
	assert.Equal(t, otelgenai.Usage{Input: 2172, Output: 531, CacheRead: 412}, observed[1].Usage)
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

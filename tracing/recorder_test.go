package tracing_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/tracing"
)

// recorder keeps what a test's spans and metrics look like to an exporter.
type recorder struct {
	t               *testing.T
	spans           *tracetest.SpanRecorder
	reader          *sdkmetric.ManualReader
	tracers, meters tracing.SpanOption
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{t: t, spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r.spans))
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader))
	r.tracers, r.meters = tracing.WithTracerProvider(tp), tracing.WithMeterProvider(mp)
	return r
}

// context holds the recorder's providers, in a workflow that is never ended.
func (r *recorder) context() context.Context {
	ctx, _ := tracing.StartWorkflow(r.t.Context(), "", r.tracers, r.meters)
	return ctx
}

// span returns the one ended span of a name.
func (r *recorder) span(name string) sdktrace.ReadOnlySpan {
	r.t.Helper()
	var found []sdktrace.ReadOnlySpan
	var names []string
	for _, s := range r.spans.Ended() {
		names = append(names, s.Name())
		if s.Name() == name {
			found = append(found, s)
		}
	}
	require.Len(r.t, found, 1, "spans named %q among %q", name, names)
	return found[0]
}

func attributesOf(s sdktrace.ReadOnlySpan) map[string]any {
	m := make(map[string]any)
	for _, kv := range s.Attributes() {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

// metric returns the data of one instrument; nil when nothing was recorded.
func (r *recorder) metric(name string) *metricdata.Metrics {
	r.t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(r.t, r.reader.Collect(r.t.Context(), &rm))
	for _, sm := range rm.ScopeMetrics {
		for i := range sm.Metrics {
			if sm.Metrics[i].Name == name {
				return &sm.Metrics[i]
			}
		}
	}
	return nil
}

func keyValues(set attribute.Set) map[string]any {
	m := make(map[string]any)
	for _, kv := range set.ToSlice() {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

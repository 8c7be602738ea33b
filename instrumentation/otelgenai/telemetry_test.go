package otelgenai_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// signals collects what a transport under test emits, through the real SDK.
type signals struct {
	spans   *tracetest.SpanRecorder
	reader  *sdkmetric.ManualReader
	records *logRecorder
	options []otelgenai.Option
}

func newSignals(opts ...otelgenai.Option) *signals {
	s := &signals{spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader(), records: &logRecorder{}}
	s.options = append([]otelgenai.Option{
		otelgenai.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(s.spans))),
		otelgenai.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(s.reader))),
		otelgenai.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(s.records))),
	}, opts...)
	return s
}

// client calls through a transport that takes every loopback host for d.
func (s *signals) client(d otelgenai.Dialect, base http.RoundTripper) *http.Client {
	return &http.Client{Transport: otelgenai.NewTransport(base, append(s.options, otelgenai.WithEndpoint("127.0.0.1", d))...)}
}

// transport knows no host but the vendors'.
func (s *signals) transport(base http.RoundTripper) *otelgenai.Transport {
	return otelgenai.NewTransport(base, s.options...)
}

// span is the one span that has ended.
func (s *signals) span(t *testing.T) sdktrace.ReadOnlySpan {
	t.Helper()
	ended := s.spans.Ended()
	require.Len(t, ended, 1, "spans")
	require.Len(t, s.spans.Started(), 1, "started spans")
	return ended[0]
}

// attrs are the attributes of the one span.
func (s *signals) attrs(t *testing.T) map[string]any {
	t.Helper()
	return toMap(s.span(t).Attributes())
}

func toMap(kvs []attribute.KeyValue) map[string]any {
	m := map[string]any{}
	for _, kv := range kvs {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

// metrics returns what has been recorded, by name.
func (s *signals) metrics(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(t, s.reader.Collect(context.Background(), &rm))
	byName := map[string]metricdata.Metrics{}
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			byName[m.Name] = m
		}
	}
	return byName
}

type logRecorder struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (r *logRecorder) OnEmit(_ context.Context, rec *sdklog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records = append(r.records, rec.Clone())
	return nil
}

func (r *logRecorder) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (r *logRecorder) Shutdown(context.Context) error                         { return nil }
func (r *logRecorder) ForceFlush(context.Context) error                       { return nil }

func recordAttrs(r sdklog.Record) map[string]any {
	m := map[string]any{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		m[string(kv.Key)] = kv.Value.AsInterface()
		return true
	})
	return m
}

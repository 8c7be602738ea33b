package sdktest_test

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

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// recorder keeps everything the transport emits.
type recorder struct {
	client *http.Client
	spans  *tracetest.SpanRecorder
	reader *sdkmetric.ManualReader
	logs   *logRecorder
	tracer *sdktrace.TracerProvider
}

// record returns a client whose calls to the fake vendor are recorded.
func record(t *testing.T, s *fakevendor.Server, opts ...otelgenai.Option) *recorder {
	t.Helper()
	r := &recorder{
		spans:  tracetest.NewSpanRecorder(),
		reader: sdkmetric.NewManualReader(),
		logs:   &logRecorder{},
	}
	r.tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader))
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(r.logs)))
	base := &http.Transport{}
	transport := otelgenai.NewTransport(base, append([]otelgenai.Option{
		otelgenai.WithTracerProvider(r.tracer),
		otelgenai.WithMeterProvider(meters),
		otelgenai.WithLoggerProvider(loggers),
		otelgenai.WithEndpoint(s.OpenAIHost(), otelgenai.OpenAI),
		otelgenai.WithEndpoint(s.AnthropicHost(), otelgenai.Anthropic),
	}, opts...)...)
	r.client = &http.Client{Transport: transport}
	t.Cleanup(func() {
		base.CloseIdleConnections()
		ctx := context.WithoutCancel(t.Context())
		require.NoError(t, r.tracer.Shutdown(ctx))
		require.NoError(t, meters.Shutdown(ctx))
		require.NoError(t, loggers.Shutdown(ctx))
	})
	return r
}

// span returns the only span.
func (r *recorder) span(t *testing.T) sdktrace.ReadOnlySpan {
	t.Helper()
	ended := r.spans.Ended()
	require.Len(t, ended, 1)
	require.Len(t, r.spans.Started(), 1, "a span that is started is ended")
	return ended[0]
}

func attributes(kvs []attribute.KeyValue) map[string]any {
	out := make(map[string]any, len(kvs))
	for _, kv := range kvs {
		out[string(kv.Key)] = kv.Value.AsInterface()
	}
	return out
}

// sum adds up the data points of a counter, or counts those of a histogram.
func (r *recorder) sum(t *testing.T, name string) float64 {
	t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(t, r.reader.Collect(t.Context(), &rm))
	found, total := false, 0.0
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			found = true
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					total += float64(p.Value)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					total += float64(p.Count)
				}
			case metricdata.Histogram[int64]:
				for _, p := range data.DataPoints {
					total += float64(p.Sum)
				}
			default:
				t.Fatalf("%s: unexpected data %T", name, data)
			}
		}
	}
	require.True(t, found, "no metric %s", name)
	return total
}

// logRecorder is a log exporter that keeps records.
type logRecorder struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (l *logRecorder) Export(_ context.Context, records []sdklog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		l.records = append(l.records, r.Clone())
	}
	return nil
}

func (l *logRecorder) Shutdown(context.Context) error   { return nil }
func (l *logRecorder) ForceFlush(context.Context) error { return nil }

// only returns the attributes of the only record.
func (l *logRecorder) only(t *testing.T) (sdklog.Record, map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	require.Len(t, l.records, 1)
	out := make(map[string]any)
	l.records[0].WalkAttributes(func(kv attribute.KeyValue) bool {
		out[string(kv.Key)] = kv.Value.AsInterface()
		return true
	})
	return l.records[0], out
}

package setup

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanQueue is the most finished spans that wait for the collector, about 1 kB each.
// The SDK's default of 2048 is a few seconds of a busy application with many agents,
// and spans that do not fit are missing from the bill.
const spanQueue = 16384

// newTracerProvider creates a provider whose exports are repeated until stopped ends.
func newTracerProvider(ctx, stopped context.Context, c *config, res *resource.Resource) (*sdktrace.TracerProvider, error) {
	name, err := traces.exporterName("otlp", "none")
	if err != nil {
		return nil, err
	}
	if name == "none" && len(c.processors) == 0 {
		return nil, nil
	}
	opts := []sdktrace.TracerProviderOption{sdktrace.WithResource(res)}
	if name == "otlp" {
		exporter, err := newSpanExporter(ctx, c)
		if err != nil {
			return nil, err
		}
		var batch []sdktrace.BatchSpanProcessorOption
		if os.Getenv("OTEL_BSP_MAX_QUEUE_SIZE") == "" {
			batch = append(batch, sdktrace.WithMaxQueueSize(spanQueue))
		}
		if timeout, ok := exportTimeout("OTEL_BSP_EXPORT_TIMEOUT"); ok {
			batch = append(batch, sdktrace.WithExportTimeout(timeout))
		}
		opts = append(opts, sdktrace.WithBatcher(validSpans{repeatedSpans{exporter, stopped}}, batch...))
	}
	for _, p := range c.processors {
		opts = append(opts, sdktrace.WithSpanProcessor(p))
	}
	return sdktrace.NewTracerProvider(opts...), nil
}

func newSpanExporter(ctx context.Context, c *config) (sdktrace.SpanExporter, error) {
	t, err := c.target(traces)
	if err != nil {
		return nil, err
	}
	if t.protocol == HTTP {
		opts := []otlptracehttp.Option{otlptracehttp.WithRetry(otlptracehttp.RetryConfig{
			Enabled: true, InitialInterval: firstRetry, MaxInterval: maxRetry, MaxElapsedTime: outage,
		})}
		if t.explicit {
			opts = append(opts, otlptracehttp.WithEndpoint(t.host), otlptracehttp.WithURLPath(t.path))
			if t.insecure {
				opts = append(opts, otlptracehttp.WithInsecure())
			}
		}
		if t.headers != nil {
			opts = append(opts, otlptracehttp.WithHeaders(t.headers))
		}
		return otlptracehttp.New(ctx, opts...)
	}
	opts := []otlptracegrpc.Option{otlptracegrpc.WithDialOption(reconnect())}
	if t.explicit {
		opts = append(opts, otlptracegrpc.WithEndpoint(t.host))
		if t.insecure {
			opts = append(opts, otlptracegrpc.WithInsecure())
		}
	}
	if t.headers != nil {
		opts = append(opts, otlptracegrpc.WithHeaders(t.headers))
	}
	return otlptracegrpc.New(ctx, opts...)
}

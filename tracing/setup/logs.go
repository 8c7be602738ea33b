package setup

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

// newLoggerProvider creates a provider whose exports are repeated until stopped ends.
func newLoggerProvider(ctx, stopped context.Context, c *config, res *resource.Resource) (*sdklog.LoggerProvider, error) {
	name, err := logs.exporterName("otlp", "none")
	if err != nil || name == "none" {
		return nil, err
	}
	exporter, err := newLogExporter(ctx, c)
	if err != nil {
		return nil, err
	}
	var batch []sdklog.BatchProcessorOption
	if timeout, ok := exportTimeout("OTEL_BLRP_EXPORT_TIMEOUT"); ok {
		batch = append(batch, sdklog.WithExportTimeout(timeout))
	}
	return sdklog.NewLoggerProvider(
		sdklog.WithResource(res),
		sdklog.WithProcessor(validLogs{sdklog.NewBatchProcessor(repeatedLogs{exporter, stopped}, batch...)}),
	), nil
}

func newLogExporter(ctx context.Context, c *config) (sdklog.Exporter, error) {
	t, err := c.target(logs)
	if err != nil {
		return nil, err
	}
	if t.protocol == HTTP {
		opts := []otlploghttp.Option{otlploghttp.WithRetry(otlploghttp.RetryConfig{
			Enabled: true, InitialInterval: firstRetry, MaxInterval: maxRetry, MaxElapsedTime: outage,
		})}
		if t.explicit {
			opts = append(opts, otlploghttp.WithEndpoint(t.host), otlploghttp.WithURLPath(t.path))
			if t.insecure {
				opts = append(opts, otlploghttp.WithInsecure())
			}
		}
		if t.headers != nil {
			opts = append(opts, otlploghttp.WithHeaders(t.headers))
		}
		return otlploghttp.New(ctx, opts...)
	}
	opts := []otlploggrpc.Option{otlploggrpc.WithDialOption(reconnect())}
	if t.explicit {
		opts = append(opts, otlploggrpc.WithEndpoint(t.host))
		if t.insecure {
			opts = append(opts, otlploggrpc.WithInsecure())
		}
	}
	if t.headers != nil {
		opts = append(opts, otlploggrpc.WithHeaders(t.headers))
	}
	return otlploggrpc.New(ctx, opts...)
}

package setup

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

func newLoggerProvider(ctx context.Context, c *config, res *resource.Resource) (*sdklog.LoggerProvider, error) {
	name, err := logs.exporterName("otlp", "none")
	if err != nil || name == "none" {
		return nil, err
	}
	exporter, err := newLogExporter(ctx, c)
	if err != nil {
		return nil, err
	}
	return sdklog.NewLoggerProvider(
		sdklog.WithResource(res),
		sdklog.WithProcessor(validLogs{sdklog.NewBatchProcessor(exporter)}),
	), nil
}

func newLogExporter(ctx context.Context, c *config) (sdklog.Exporter, error) {
	t, err := c.target(logs)
	if err != nil {
		return nil, err
	}
	if t.protocol == HTTP {
		var opts []otlploghttp.Option
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
	var opts []otlploggrpc.Option
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

package setup

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// newMeterProvider also returns a function that stops the scrape endpoint, or nil
// without one.
func newMeterProvider(ctx context.Context, c *config, res *resource.Resource) (*sdkmetric.MeterProvider, func(context.Context) error, error) {
	name, err := metrics.exporterName("otlp", "prometheus", "none")
	if err != nil {
		return nil, nil, err
	}
	registerer := c.registerer
	var stop func(context.Context) error
	if registerer == nil {
		switch name {
		case "none":
			return nil, nil, nil
		case "prometheus":
			registry := prometheus.NewRegistry()
			if stop, err = serveMetrics(registry); err != nil {
				return nil, nil, err
			}
			registerer = registry
		}
	}
	var reader sdkmetric.Reader
	if registerer != nil {
		reader, err = otelprometheus.New(otelprometheus.WithRegisterer(registerer))
	} else {
		reader, err = newPushReader(ctx, c)
	}
	if err != nil {
		if stop != nil {
			_ = stop(ctx)
		}
		return nil, nil, err
	}
	return sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(reader)), stop, nil
}

func newPushReader(ctx context.Context, c *config) (sdkmetric.Reader, error) {
	exporter, err := newMetricExporter(ctx, c)
	if err != nil {
		return nil, err
	}
	return sdkmetric.NewPeriodicReader(exporter), nil
}

func newMetricExporter(ctx context.Context, c *config) (sdkmetric.Exporter, error) {
	t, err := c.target(metrics)
	if err != nil {
		return nil, err
	}
	if t.protocol == HTTP {
		var opts []otlpmetrichttp.Option
		if t.explicit {
			opts = append(opts, otlpmetrichttp.WithEndpoint(t.host), otlpmetrichttp.WithURLPath(t.path))
			if t.insecure {
				opts = append(opts, otlpmetrichttp.WithInsecure())
			}
		}
		if t.headers != nil {
			opts = append(opts, otlpmetrichttp.WithHeaders(t.headers))
		}
		return otlpmetrichttp.New(ctx, opts...)
	}
	opts := []otlpmetricgrpc.Option{otlpmetricgrpc.WithDialOption(reconnect())}
	if t.explicit {
		opts = append(opts, otlpmetricgrpc.WithEndpoint(t.host))
		if t.insecure {
			opts = append(opts, otlpmetricgrpc.WithInsecure())
		}
	}
	if t.headers != nil {
		opts = append(opts, otlpmetricgrpc.WithHeaders(t.headers))
	}
	return otlpmetricgrpc.New(ctx, opts...)
}

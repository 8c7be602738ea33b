package otelgenai

import (
	"log/slog"

	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// telemetry holds what a transport records with.
type telemetry struct {
	tracer trace.Tracer
	logger log.Logger
	slog   *slog.Logger // nil unless asked for
	meters
}

func newTelemetry(c *config) *telemetry {
	return &telemetry{
		tracer: c.tracerProvider.Tracer(ScopeName, trace.WithInstrumentationVersion(Version)),
		logger: c.loggerProvider.Logger(ScopeName, log.WithInstrumentationVersion(Version)),
		slog:   c.slog,
		meters: newMeters(c.meterProvider.Meter(ScopeName, metric.WithInstrumentationVersion(Version)), c.legacyMetrics),
	}
}

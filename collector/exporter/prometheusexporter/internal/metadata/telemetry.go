package metadata

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	dropped metric.Int64Counter
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	dropped, err := set.MeterProvider.Meter(ScopeName).Int64Counter("otelcol_exporter_prometheus_points_dropped",
		metric.WithDescription("Number of data points that are not served, by reason"), metric.WithUnit("{point}"))
	return &Telemetry{dropped: dropped}, err
}

// Dropped counts data points that are not served.
func (t *Telemetry) Dropped(ctx context.Context, n int64, reason string) {
	t.dropped.Add(ctx, n, metric.WithAttributes(attribute.String("reason", reason)))
}

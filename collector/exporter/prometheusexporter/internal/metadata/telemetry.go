package metadata

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct{ *TelemetryBuilder }

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	builder, err := NewTelemetryBuilder(set)
	return &Telemetry{builder}, err
}

// Dropped counts data points that are not served.
func (t *Telemetry) Dropped(ctx context.Context, n int64, reason string) {
	t.ExporterPrometheusPointsDropped.Add(ctx, n, metric.WithAttributes(attribute.String("reason", reason)))
}

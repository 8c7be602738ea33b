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

// Calls counts the records of one emitter.
func (t *Telemetry) Calls(ctx context.Context, emitter string, n int) {
	t.ConnectorGenaiLogsCalls.Add(ctx, int64(n), metric.WithAttributes(attribute.String("emitter", emitter)))
}

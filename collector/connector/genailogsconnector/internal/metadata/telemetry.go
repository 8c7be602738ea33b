package metadata

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	calls metric.Int64Counter
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	calls, err := set.MeterProvider.Meter(ScopeName).Int64Counter("otelcol_connector_genai_logs_calls",
		metric.WithDescription("Number of log records that became a span, by emitter"), metric.WithUnit("{record}"))
	return &Telemetry{calls: calls}, err
}

// Calls counts the records of one emitter.
func (t *Telemetry) Calls(ctx context.Context, emitter string, n int) {
	t.calls.Add(ctx, int64(n), metric.WithAttributes(attribute.String("emitter", emitter)))
}

package metadata

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	DroppedDuplicates metric.Int64Counter
	OverflowedCalls   metric.Int64Counter

	meter  metric.Meter
	series metric.Int64ObservableGauge
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	t := &Telemetry{meter: set.MeterProvider.Meter(ScopeName)}
	var errs, err error
	t.DroppedDuplicates, err = t.meter.Int64Counter("otelcol_connector_genai_metrics_dropped_duplicates",
		metric.WithDescription("Number of data points of client metrics not forwarded because the same metric is derived from spans"), metric.WithUnit("{data_point}"))
	errs = errors.Join(errs, err)
	t.OverflowedCalls, err = t.meter.Int64Counter("otelcol_connector_genai_metrics_overflowed_calls",
		metric.WithDescription("Number of calls counted under (other) because a limit on distinct values or series was reached"), metric.WithUnit("{call}"))
	errs = errors.Join(errs, err)
	t.series, err = t.meter.Int64ObservableGauge("otelcol_connector_genai_metrics_series",
		metric.WithDescription("Number of attribute sets held in memory"), metric.WithUnit("{series}"))
	return t, errors.Join(errs, err)
}

// ObserveSeries reports the number of series from count until unregistered.
func (t *Telemetry) ObserveSeries(count func() int64) (metric.Registration, error) {
	return t.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(t.series, count())
		return nil
	}, t.series)
}

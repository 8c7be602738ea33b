package metadata

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	*TelemetryBuilder

	calls, spans, logs, results metric.MeasurementOption
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	builder, err := NewTelemetryBuilder(set)
	return &Telemetry{
		TelemetryBuilder: builder,
		calls:            metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "llm_calls"))),
		spans:            metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "agent_spans"))),
		logs:             metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "logs"))),
		results:          metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "results"))),
	}, err
}

// Written records a write the store has acknowledged.
func (t *Telemetry) Written(ctx context.Context, calls, spans int, took, lag time.Duration) {
	if calls > 0 {
		t.ExporterCostLedgerRowsWritten.Add(ctx, int64(calls), t.calls)
	}
	if spans > 0 {
		t.ExporterCostLedgerRowsWritten.Add(ctx, int64(spans), t.spans)
	}
	t.ExporterCostLedgerWriteDuration.Record(ctx, took.Seconds())
	t.ExporterCostLedgerLag.Record(ctx, lag.Seconds())
}

// LogsWritten records log records the store has acknowledged. They have no part
// in the lag, which is about costs.
func (t *Telemetry) LogsWritten(ctx context.Context, n int, took time.Duration) {
	t.ExporterCostLedgerRowsWritten.Add(ctx, int64(n), t.logs)
	t.ExporterCostLedgerWriteDuration.Record(ctx, took.Seconds())
}

// ResultsWritten records evaluations and outcomes the store has acknowledged.
func (t *Telemetry) ResultsWritten(ctx context.Context, n int, took time.Duration) {
	t.ExporterCostLedgerRowsWritten.Add(ctx, int64(n), t.results)
	t.ExporterCostLedgerWriteDuration.Record(ctx, took.Seconds())
}

// LogsLeftOut records log records that are not kept.
func (t *Telemetry) LogsLeftOut(ctx context.Context, reason string, n int) {
	t.ExporterCostLedgerLogsLeftOut.Add(ctx, int64(n), metric.WithAttributes(attribute.String("reason", reason)))
}

// DeadLettered records spans and log records written to the dead-letter file.
func (t *Telemetry) DeadLettered(ctx context.Context, n int) {
	t.ExporterCostLedgerRowsDeadLettered.Add(ctx, int64(n))
}

// Expired records rows of days that the store no longer keeps.
func (t *Telemetry) Expired(ctx context.Context, calls, spans int) {
	if calls > 0 {
		t.ExporterCostLedgerRowsExpired.Add(ctx, int64(calls), t.calls)
	}
	if spans > 0 {
		t.ExporterCostLedgerRowsExpired.Add(ctx, int64(spans), t.spans)
	}
}

// Ignored records spans that are no rows of the ledger.
func (t *Telemetry) Ignored(ctx context.Context, n int) {
	if n > 0 {
		t.ExporterCostLedgerSpansIgnored.Add(ctx, int64(n))
	}
}

// Failed records a write that will be retried.
func (t *Telemetry) Failed(ctx context.Context, cause string) {
	t.ExporterCostLedgerWritesFailed.Add(ctx, 1, metric.WithAttributes(attribute.String("cause", cause)))
}

// Limited records values that were cut or left out.
func (t *Telemetry) Limited(ctx context.Context, n int) {
	if n > 0 {
		t.ExporterCostLedgerValuesLimited.Add(ctx, int64(n))
	}
}

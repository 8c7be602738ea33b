package metadata

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	written      metric.Int64Counter
	deadLettered metric.Int64Counter
	expired      metric.Int64Counter
	ignored      metric.Int64Counter
	failed       metric.Int64Counter
	duration     metric.Float64Histogram
	lag          metric.Float64Histogram
	logsLeftOut  metric.Int64Counter
	limited      metric.Int64Counter

	calls, spans, logs metric.MeasurementOption
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	meter := set.MeterProvider.Meter(ScopeName)
	t := &Telemetry{
		calls: metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "llm_calls"))),
		spans: metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "agent_spans"))),
		logs:  metric.WithAttributeSet(attribute.NewSet(attribute.String("table", "logs"))),
	}
	var errs, err error
	t.written, err = meter.Int64Counter("otelcol_exporter_cost_ledger_rows_written",
		metric.WithDescription("Number of rows the store has acknowledged, by table"), metric.WithUnit("{row}"))
	errs = errors.Join(errs, err)
	t.deadLettered, err = meter.Int64Counter("otelcol_exporter_cost_ledger_rows_dead_lettered",
		metric.WithDescription("Number of spans and log records no store can hold, written to the dead-letter file"), metric.WithUnit("{row}"))
	errs = errors.Join(errs, err)
	t.expired, err = meter.Int64Counter("otelcol_exporter_cost_ledger_rows_expired",
		metric.WithDescription("Number of calls and agent spans of days that the store no longer keeps, in no report, by table"), metric.WithUnit("{row}"))
	errs = errors.Join(errs, err)
	t.ignored, err = meter.Int64Counter("otelcol_exporter_cost_ledger_spans_ignored",
		metric.WithDescription("Number of spans that are neither an LLM call nor a part of an agent's run"), metric.WithUnit("{span}"))
	errs = errors.Join(errs, err)
	t.failed, err = meter.Int64Counter("otelcol_exporter_cost_ledger_writes_failed",
		metric.WithDescription("Number of writes the store refused or did not answer, by cause; each is retried"), metric.WithUnit("{write}"))
	errs = errors.Join(errs, err)
	t.duration, err = meter.Float64Histogram("otelcol_exporter_cost_ledger_write_duration",
		metric.WithDescription("Time the store took to acknowledge a write"), metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))
	errs = errors.Join(errs, err)
	t.lag, err = meter.Float64Histogram("otelcol_exporter_cost_ledger_lag",
		metric.WithDescription("Time from the end of the oldest span of a write to its acknowledgement"), metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200))
	errs = errors.Join(errs, err)
	t.logsLeftOut, err = meter.Int64Counter("otelcol_exporter_cost_ledger_logs_left_out",
		metric.WithDescription("Number of log records that are not kept, by reason"), metric.WithUnit("{record}"))
	errs = errors.Join(errs, err)
	t.limited, err = meter.Int64Counter("otelcol_exporter_cost_ledger_values_limited",
		metric.WithDescription("Number of values of spans and log records that were cut or left out because they exceed a limit"), metric.WithUnit("{value}"))
	return t, errors.Join(errs, err)
}

// Written records a write the store has acknowledged.
func (t *Telemetry) Written(ctx context.Context, calls, spans int, took, lag time.Duration) {
	if calls > 0 {
		t.written.Add(ctx, int64(calls), t.calls)
	}
	if spans > 0 {
		t.written.Add(ctx, int64(spans), t.spans)
	}
	t.duration.Record(ctx, took.Seconds())
	t.lag.Record(ctx, lag.Seconds())
}

// LogsWritten records log records the store has acknowledged. They have no part
// in the lag, which is about costs.
func (t *Telemetry) LogsWritten(ctx context.Context, n int, took time.Duration) {
	t.written.Add(ctx, int64(n), t.logs)
	t.duration.Record(ctx, took.Seconds())
}

// LogsLeftOut records log records that are not kept.
func (t *Telemetry) LogsLeftOut(ctx context.Context, reason string, n int) {
	t.logsLeftOut.Add(ctx, int64(n), metric.WithAttributes(attribute.String("reason", reason)))
}

// DeadLettered records spans and log records written to the dead-letter file.
func (t *Telemetry) DeadLettered(ctx context.Context, n int) { t.deadLettered.Add(ctx, int64(n)) }

// Expired records rows of days that the store no longer keeps.
func (t *Telemetry) Expired(ctx context.Context, calls, spans int) {
	if calls > 0 {
		t.expired.Add(ctx, int64(calls), t.calls)
	}
	if spans > 0 {
		t.expired.Add(ctx, int64(spans), t.spans)
	}
}

// Ignored records spans that are no rows of the ledger.
func (t *Telemetry) Ignored(ctx context.Context, n int) {
	if n > 0 {
		t.ignored.Add(ctx, int64(n))
	}
}

// Failed records a write that will be retried.
func (t *Telemetry) Failed(ctx context.Context, cause string) {
	t.failed.Add(ctx, 1, metric.WithAttributes(attribute.String("cause", cause)))
}

// Limited records values that were cut or left out.
func (t *Telemetry) Limited(ctx context.Context, n int) {
	if n > 0 {
		t.limited.Add(ctx, int64(n))
	}
}

package otelgenai

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// record emits the one log record of a call. It has no content of prompts or
// answers: what was called, how it went, what it used, who it was for.
func (t *telemetry) record(c *call, duration time.Duration) {
	severity := log.SeverityInfo
	if c.errorType != "" {
		severity = log.SeverityWarn
	}
	enabled := t.logger.Enabled(c.lasting, log.EnabledParameters{Severity: severity})
	if !enabled && t.slog == nil {
		return
	}
	a := newAttributes()
	defer a.release()
	a.add(semconv.OperationName.String(c.api.Operation))
	a.add(semconv.ProviderName.String(c.provider.Name))
	a.text(semconv.RequestModel, c.req.Model)
	a.text(semconv.ResponseModel, c.resp.Model)
	a.text(semconv.ResponseID, c.resp.ID)
	a.add(semconv.ServerAddress.String(c.host))
	a.add(semconv.CallDuration.Float64(duration.Seconds()))
	a.roundTrip(c)
	a.text(semconv.ErrorType, c.errorType)
	if c.api.Operation != semconv.OperationFetchResponse {
		a.usage(c)
	}
	a.list = append(a.list, c.attrs...)
	if enabled {
		var r log.Record
		r.SetTimestamp(c.ended)
		r.SetSeverity(severity)
		r.SetSeverityText(severity.String())
		r.SetBody(attribute.StringValue(c.destination().name))
		r.AddAttributes(a.list...)
		t.logger.Emit(c.lasting, r)
	}
	if t.slog != nil {
		toSlog(c.lasting, t.slog, c, a.list)
	}
}

// toSlog writes the same record with log/slog.
func toSlog(ctx context.Context, l *slog.Logger, c *call, attrs []attribute.KeyValue) {
	level := slog.LevelInfo
	if c.errorType != "" {
		level = slog.LevelWarn
	}
	if !l.Enabled(ctx, level) {
		return
	}
	out := make([]slog.Attr, len(attrs))
	for i, kv := range attrs {
		out[i] = slog.Any(string(kv.Key), kv.Value.AsInterface())
	}
	l.LogAttrs(ctx, level, c.destination().name, out...)
}

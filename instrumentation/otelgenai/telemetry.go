package otelgenai

import (
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
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

// attrPool holds slices for the attributes of one span or record, which their
// receivers copy.
var attrPool = sync.Pool{New: func() any { return new([]attribute.KeyValue) }}

// finish ends the call: span, metrics and log record. It runs once; the caller
// holds the lock.
func (c *call) finish() {
	if c.finished {
		return
	}
	c.finished = true
	end := time.Now()
	defer c.span.End(trace.WithTimestamp(end))
	defer func() {
		if recover() != nil {
			c.t.tel.decodePanic()
		}
	}()
	if c.upload != nil {
		c.upload.stop()
	}
	if c.in != nil {
		c.in.settle()
	}
	if c.api.Reconcile != nil {
		c.api.Reconcile(&c.req, &c.resp)
	}
	if c.resp.ErrorCode != "" {
		c.errorType = c.resp.ErrorCode
	}
	c.estimate()
	said := c.readContent()
	c.t.tel.annotate(c, said)
	duration := end.Sub(c.start)
	c.t.tel.measure(c, duration)
	c.t.tel.record(c, end, duration)
	c.t.tel.exception(c, end)
	c.t.tel.details(c, said, end)
	c.reportAsides(end)
	c.observe(duration)
}

// end ends the call after a Read that returned an error, io.EOF included.
func (c *call) end(err error) {
	c.in.drain()
	if !isEOF(err) {
		c.fail(err)
	} else if c.in.stream && !c.in.complete() {
		c.aborted = true
	}
	c.finish()
}

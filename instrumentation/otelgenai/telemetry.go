package otelgenai

import (
	"log/slog"

	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
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

// finish records the call, ends its span and gives the call away: nobody may
// touch it afterwards.
func (c *call) finish() {
	if c.ended.IsZero() {
		c.stop()
	}
	if c.caught != nil {
		c.t.inFlight.Delete(c.caught)
	}
	whole := c.conclude()
	c.endSpan()
	if whole { // what a panic leaves behind is not used again
		room := c.resp.FinishReasons[:0]
		*c = call{keepsake: c.keepsake}
		c.resp.FinishReasons = room
		calls.Put(c)
	}
}

// conclude puts what is known of the call on its span, into metrics and into
// log records, and says whether it got through.
func (c *call) conclude() (whole bool) {
	defer func() {
		if recover() != nil {
			c.t.tel.decodePanic()
		}
	}()
	if c.sending != nil {
		c.sending.end()
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
	if c.cached = c.in != nil && fromGatewayCache(c.header); c.cached {
		c.resp.Usage, c.resp.VendorCost, c.resp.Asides = genai.Usage{}, "", nil
	}
	c.estimate()
	said := c.readContent()
	c.t.tel.annotate(c, said)
	duration := c.ended.Sub(c.start)
	c.t.tel.measure(c, duration)
	c.t.tel.record(c, duration)
	c.t.tel.exception(c)
	c.t.tel.details(c, said)
	c.reportAsides()
	c.reportFetched()
	c.observe(duration)
	if c.in != nil {
		c.in.release()
	}
	return true
}

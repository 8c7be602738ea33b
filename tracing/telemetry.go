package tracing

import (
	"reflect"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// telemetry is a tracer and the instruments, made once for each pair of providers.
type telemetry struct {
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	tracer         trace.Tracer
	instruments    instruments
}

func newTelemetry(tp trace.TracerProvider, mp metric.MeterProvider) *telemetry {
	return &telemetry{
		tracerProvider: tp,
		meterProvider:  mp,
		tracer:         tp.Tracer(ScopeName, trace.WithInstrumentationVersion(Version)),
		instruments:    newInstruments(mp.Meter(ScopeName, metric.WithInstrumentationVersion(Version))),
	}
}

// latest is the telemetry of the last used global providers. Getting a tracer from
// the SDK takes a lock, which would slow down a run with many parallel agents.
var latest atomic.Pointer[telemetry]

func globalTelemetry() *telemetry {
	tp, mp := otel.GetTracerProvider(), otel.GetMeterProvider()
	if t := latest.Load(); t != nil && t.tracerProvider == tp && t.meterProvider == mp {
		return t
	}
	t := newTelemetry(tp, mp)
	if reflect.ValueOf(tp).Comparable() && reflect.ValueOf(mp).Comparable() {
		latest.Store(t)
	}
	return t
}

// telemetryFor returns the telemetry of the options, of the parent scope, or of the
// global providers, in this order. inherit is true if the spans below use it too.
func (c *config) telemetryFor(s *scope) (t *telemetry, inherit bool) {
	if c.tracerProvider == nil && c.meterProvider == nil {
		if s.telemetry != nil {
			return s.telemetry, true
		}
		return globalTelemetry(), false
	}
	tp, mp := c.tracerProvider, c.meterProvider
	if s.telemetry != nil {
		if tp == nil {
			tp = s.telemetry.tracerProvider
		}
		if mp == nil {
			mp = s.telemetry.meterProvider
		}
	}
	if tp == nil {
		tp = otel.GetTracerProvider()
	}
	if mp == nil {
		mp = otel.GetMeterProvider()
	}
	return newTelemetry(tp, mp), true
}

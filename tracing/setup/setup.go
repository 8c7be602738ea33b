package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
)

// shutdownLimit bounds a shutdown whose context has no deadline. A collector that
// is up takes the queue in a fraction of it; without one the end of a program
// must not wait for the timeout of an export (10 s by default).
const shutdownLimit = 2 * time.Second

// Start wires the SDK as the global providers of traces, metrics and logs and
// returns a function that sends what is queued and stops. The function is safe
// to call more than once and is never nil. It returns within its context, or
// within 2 s when that has no deadline; what could not be sent by then is lost,
// which it then also reports to the OpenTelemetry error handler, for programs
// that do not look at its error.
//
// An error means bad configuration and names the option or variable; nothing is
// wired then. That the collector cannot be reached is not an error.
func Start(ctx context.Context, opts ...Option) (shutdown func(context.Context) error, err error) {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return func(context.Context) error { return nil }, nil
	}
	c := newConfig(opts)
	var stops stopList
	fail := func(what string, err error) (func(context.Context) error, error) {
		stopped, cancel := context.WithCancel(ctx)
		cancel() // nothing is queued yet, so there is nothing to wait for
		_ = stops.stop(stopped)
		return func(context.Context) error { return nil }, fmt.Errorf("set up %s: %w", what, err)
	}

	res := newResource(ctx, c.resource)
	tp, err := newTracerProvider(ctx, &c, res)
	if err != nil {
		return fail("traces", err)
	}
	if tp != nil {
		stops.add(tp.Shutdown)
	}
	mp, stopServer, err := newMeterProvider(ctx, &c, res)
	if err != nil {
		return fail("metrics", err)
	}
	if mp != nil {
		stops.add(mp.Shutdown)
	}
	if stopServer != nil {
		stops.add(stopServer)
	}
	lp, err := newLoggerProvider(ctx, &c, res)
	if err != nil {
		return fail("logs", err)
	}
	if lp != nil {
		stops.add(lp.Shutdown)
	}

	if tp != nil {
		otel.SetTracerProvider(tp)
	}
	if mp != nil {
		otel.SetMeterProvider(mp)
	}
	if lp != nil {
		otel.SetLoggerProvider(lp)
	}
	return stops.stop, nil
}

// stopList stops everything at once, so that one signal that cannot be flushed
// does not use up the time of the others.
type stopList struct {
	fns  []func(context.Context) error
	once sync.Once
	err  error
}

func (l *stopList) add(fn func(context.Context) error) { l.fns = append(l.fns, fn) }

func (l *stopList) stop(ctx context.Context) error {
	l.once.Do(func() {
		_, limited := ctx.Deadline()
		if !limited {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, shutdownLimit)
			defer cancel()
		}
		errs := make([]error, len(l.fns))
		var wg sync.WaitGroup
		for i, fn := range l.fns {
			wg.Go(func() { errs[i] = fn(ctx) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			l.err = fmt.Errorf("shut down telemetry: what was queued may not have reached the collector (start it, set OTEL_EXPORTER_OTLP_ENDPOINT, or give the context a longer deadline): %w", err)
			if !limited {
				otel.Handle(l.err)
			}
		}
	})
	return l.err
}

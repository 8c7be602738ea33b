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

// shutdownLimit is the timeout of a shutdown whose context has no deadline. A running
// collector accepts the queue in a fraction of it. Without a collector, the end of a
// program must not wait for the timeout of an export (10 s by default).
const shutdownLimit = 2 * time.Second

// Start sets up the SDK as the global providers of traces, metrics and logs. It
// returns a function that exports what is queued and stops the providers. That
// function is never nil and may be called more than once. It ends with its context or,
// without a deadline, after 2 s. What could not be exported by then is lost; the error
// says so, and the OpenTelemetry error handler gets the same error.
//
// An error of Start means a wrong configuration, and names the option or variable;
// then nothing is set up. A collector that cannot be reached is not an error.
func Start(ctx context.Context, opts ...Option) (shutdown func(context.Context) error, err error) {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return func(context.Context) error { return nil }, nil
	}
	c := newConfig(opts)
	var stops stopList
	fail := func(what string, err error) (func(context.Context) error, error) {
		ended, cancel := context.WithCancel(ctx)
		cancel() // nothing is queued yet, so there is nothing to wait for
		_ = stops.stop(ended)
		return func(context.Context) error { return nil }, fmt.Errorf("set up %s: %w", what, err)
	}

	res := newResource(ctx, c.resource)
	stopped, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	stops.last = giveUp
	tp, err := newTracerProvider(ctx, stopped, &c, res)
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
	lp, err := newLoggerProvider(ctx, stopped, &c, res)
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
	last func() // after the others have returned
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
		l.last()
		if err := errors.Join(errs...); err != nil {
			l.err = fmt.Errorf("shut down telemetry: queued telemetry may not have reached the collector (start it, set OTEL_EXPORTER_OTLP_ENDPOINT, or give the context a longer deadline): %w", err)
			if !limited {
				otel.Handle(l.err)
			}
		}
	})
	return l.err
}

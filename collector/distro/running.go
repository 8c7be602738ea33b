package distro

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/otelcol"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Running is a collector inside this process.
type Running struct {
	collector *otelcol.Collector
	done      chan struct{}
	err       error // of Run, once done is closed
}

// Start runs a collector with the configuration at uris until Shutdown, and
// returns when it receives. Signals are left to the caller. When the start
// fails, or ctx ends before it is done, nothing is left running.
func Start(ctx context.Context, uris ...string) (*Running, error) {
	settings := Settings(uris...)
	settings.DisableGracefulShutdown = true
	settings.SkipSettingGRPCLogger = true
	settings.LoggingOptions = []zap.Option{zap.WrapCore(func(core zapcore.Core) zapcore.Core { return startErrorFilter{core} })}
	collector, err := otelcol.NewCollector(settings)
	if err != nil {
		return nil, err
	}
	r := &Running{collector: collector, done: make(chan struct{})}
	run, callOff := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(r.done)
		defer callOff()
		r.err = collector.Run(run)
	}()
	// The collector has no signal for "started"; its state is polled.
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-r.done:
			if r.err == nil {
				return nil, errors.New("collector ended while starting")
			}
			return nil, r.err
		case <-ctx.Done():
			// Shutdown may not be called before Run has begun; its context may end.
			callOff()
			<-r.done
			return nil, context.Cause(ctx)
		case <-poll.C:
			if collector.GetState() == otelcol.StateRunning {
				return r, nil
			}
		}
	}
}

// Done is closed when the collector has ended, asked to or not.
func (r *Running) Done() <-chan struct{} { return r.done }

// Shutdown stops receiving, lets running exports finish or stay in their
// queue, and returns when all is stopped. It may be called more than once.
func (r *Running) Shutdown() error {
	r.collector.Shutdown()
	<-r.done
	return r.err
}

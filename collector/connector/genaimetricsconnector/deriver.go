package genaimetricsconnector

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadata"
	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/resultevent"
)

// deriver turns traces into metrics.
type deriver struct {
	cfg       *Config
	next      consumer.Metrics
	logger    *zap.Logger
	telemetry *metadata.TelemetryBuilder
	now       func() time.Time

	mu      sync.Mutex
	spans   *callspan.Reader
	state   *state
	calls   *settling
	changed bool // since the last emission

	stop     chan struct{}
	stopped  sync.WaitGroup
	stopOnce sync.Once
}

var (
	_ connector.Traces = (*deriver)(nil)
	_ connector.Logs   = (*deriver)(nil)
)

func newDeriver(set connector.Settings, cfg *Config, next consumer.Metrics) (*deriver, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &deriver{
		cfg:       cfg,
		next:      next,
		logger:    set.Logger,
		telemetry: telemetry,
		now:       time.Now,
		spans:     callspan.NewReader(),
		state:     newState(cfg.Limits, time.Now()),
		calls:     newSettling(cfg.SettleAfter, cfg.Limits.Spans),
		stop:      make(chan struct{}),
	}, nil
}

func (d *deriver) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start begins to emit at every flush_interval.
func (d *deriver) Start(context.Context, component.Host) error {
	err := d.telemetry.RegisterConnectorGenaiMetricsSeriesCallback(func(_ context.Context, o metric.Int64Observer) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		o.Observe(int64(d.state.size()))
		return nil
	})
	if err != nil {
		return err
	}
	d.stopped.Add(1)
	go func() {
		defer d.stopped.Done()
		tick := time.NewTicker(d.cfg.FlushInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := d.flush(context.Background(), d.calls.release); err != nil {
					d.logger.Warn("emit metrics", zap.Error(err))
				}
			case <-d.stop:
				return
			}
		}
	}()
	return nil
}

// Shutdown emits what is left.
func (d *deriver) Shutdown(ctx context.Context) error {
	var err error
	d.stopOnce.Do(func() {
		close(d.stop)
		d.stopped.Wait()
		d.telemetry.Shutdown()
		if d.changed || len(d.calls.held)+len(d.calls.large) > 0 {
			if flushErr := d.flush(ctx, d.calls.releaseAll); flushErr != nil {
				err = flushErr
			}
		}
	})
	return err
}

// ConsumeTraces counts the billable spans, each call once.
func (d *deriver) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	now := d.now()
	overflowed := int64(0)
	var c call
	d.mu.Lock()
	count := d.counter(now, &overflowed)
	for _, resource := range td.ResourceSpans().All() {
		env := environment(resource.Resource())
		for _, scoped := range resource.ScopeSpans().All() {
			for _, span := range scoped.Spans().All() {
				if resultevent.Any(span) && d.evaluationsOf(resource.Resource(), env, span, now) {
					overflowed++
				}
				switch {
				case !readCall(d.spans, &c, env, span):
					d.calls.between(span)
				case !c.billable:
					d.calls.between(span)
					count(&c)
				case d.calls.admit(&c, span, now):
					count(&c)
				}
			}
		}
	}
	d.spans.Forget()
	d.calls.release(now, count)
	d.mu.Unlock()
	d.reportOverflow(ctx, overflowed)
	return nil
}

// counter returns a function that adds a call to the state and to overflowed
// where a limit was reached. The caller holds d.mu.
func (d *deriver) counter(now time.Time, overflowed *int64) func(*call) {
	return func(c *call) {
		if d.state.add(c, now) {
			*overflowed++
		}
		d.changed = true
	}
}

func (d *deriver) reportOverflow(ctx context.Context, overflowed int64) {
	if overflowed > 0 {
		d.telemetry.ConnectorGenaiMetricsOverflowedCalls.Add(ctx, overflowed)
	}
}

// releaseLarge releases calls of large runs, and lets spans be admitted meanwhile.
func (d *deriver) releaseLarge(now time.Time, count func(*call)) {
	d.mu.Lock()
	release := d.calls.beginLarge(now)
	d.mu.Unlock()
	if release == nil {
		return
	}
	began := time.Now()
	release.settle()
	d.mu.Lock()
	defer d.mu.Unlock()
	release.count(count)
	d.calls.rested(now, time.Since(began))
}

// flush emits every live series after releasing calls that waited. An unchanged series is emitted too: receivers
// take silence for its end.
func (d *deriver) flush(ctx context.Context, release func(time.Time, func(*call))) error {
	now := d.now()
	overflowed := int64(0)
	count := d.counter(now, &overflowed)
	d.releaseLarge(now, count)
	d.mu.Lock()
	release(now, count)
	d.calls.forget(now, d.cfg.Limits.Spans)
	d.state.expire(now.Add(-d.cfg.SeriesExpiration))
	d.changed = false
	var errs []error
	d.state.emit(d.now, d.cfg.V141, func(md pmetric.Metrics) {
		d.mu.Unlock()
		defer d.mu.Lock()
		errs = append(errs, d.next.ConsumeMetrics(ctx, md))
	})
	d.mu.Unlock()
	d.reportOverflow(ctx, overflowed)
	return errors.Join(errs...)
}

package costledgerexporter

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
)

// queueState is how a queue stands, for extensions that show it.
type queueState struct {
	gauges           queuestate.Gauges
	exporter, signal string
	unit             string

	mu      sync.Mutex
	written time.Time     // guarded by mu
	lag     time.Duration // guarded by mu

	forget []func()
}

// watch gives the settings of an exporter a meter that the state is read from.
func (q *queueState) watch(set *exporter.Settings, cfg *Config, signal string) {
	q.exporter, q.signal = set.ID.String(), signal
	if cfg.QueueConfig.HasValue() {
		q.unit = cfg.QueueConfig.Get().Sizer.String()
	}
	set.MeterProvider = q.gauges.Provider(set.MeterProvider)
}

// see takes note of rows that were written.
func (q *queueState) see(written time.Time, lag time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.written, q.lag = written, lag
}

// show tells the extensions that show queues where to ask.
func (e *costLedger) show(host component.Host) {
	for _, extension := range host.GetExtensions() {
		if watcher, ok := extension.(queuestate.Watcher); ok {
			for _, q := range e.queues() {
				q.forget = append(q.forget, watcher.WatchQueue(func() queuestate.State { return e.state(q) }))
			}
		}
	}
}

func (e *costLedger) queues() []*queueState {
	if e.largeQueue == nil {
		return []*queueState{e.queue}
	}
	return []*queueState{e.queue, e.largeQueue}
}

// hide is the end of show.
func (e *costLedger) hide() {
	for _, q := range e.queues() {
		for _, forget := range q.forget {
			forget()
		}
		q.forget = nil
	}
}

func (e *costLedger) state(q *queueState) queuestate.State {
	state := queuestate.State{Exporter: q.exporter, Signal: q.signal, Unit: q.unit}
	cause, since := e.outage.state()
	if refused, begun := e.refusal.state(); refused != "" {
		cause, since = refused, begun
	}
	if cause != "" {
		state.Failing, state.Fix, state.Since = string(cause), cause.Hint(), since
	}
	var err error
	if state.Queued, state.Capacity, err = q.gauges.Read(context.Background()); err != nil {
		state.Failing = err.Error()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	state.Written, state.Lag = q.written, q.lag
	return state
}

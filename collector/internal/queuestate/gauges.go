package queuestate

import (
	"context"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/embedded"
)

// Names of the gauges, as the Collector documents them.
const (
	sizeGauge     = "otelcol_exporter_queue_size"
	capacityGauge = "otelcol_exporter_queue_capacity"
)

// Gauges reads the gauges of one exporter's queue.
type Gauges struct {
	mu        sync.Mutex
	callbacks []*metric.Callback
}

// Provider is a provider for the exporter, whose gauges of the queue are read by g
// as well.
func (g *Gauges) Provider(provider metric.MeterProvider) metric.MeterProvider {
	return meterProvider{provider, g}
}

// Read asks the queue for its size and its capacity; both are 0 without a queue.
func (g *Gauges) Read(ctx context.Context) (size, capacity int64, err error) {
	g.mu.Lock()
	callbacks := slices.Clone(g.callbacks)
	g.mu.Unlock()
	var seen reading
	for _, callback := range callbacks {
		if err := (*callback)(ctx, &seen); err != nil {
			return 0, 0, err
		}
	}
	return seen.size, seen.capacity, nil
}

func (g *Gauges) add(callback metric.Callback) (remove func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	added := &callback
	g.callbacks = append(g.callbacks, added)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.callbacks = slices.DeleteFunc(g.callbacks, func(c *metric.Callback) bool { return c == added })
	}
}

// reading is an observer that keeps the two gauges.
type reading struct {
	embedded.Observer
	size, capacity int64
}

func (r *reading) ObserveFloat64(metric.Float64Observable, float64, ...metric.ObserveOption) {}

func (r *reading) ObserveInt64(instrument metric.Int64Observable, value int64, _ ...metric.ObserveOption) {
	if gauge, ok := instrument.(gauge); ok {
		switch gauge.name {
		case sizeGauge:
			r.size = value
		case capacityGauge:
			r.capacity = value
		}
	}
}

type meterProvider struct {
	metric.MeterProvider
	gauges *Gauges
}

func (p meterProvider) Meter(name string, opts ...metric.MeterOption) metric.Meter {
	return meter{p.MeterProvider.Meter(name, opts...), p.gauges}
}

type meter struct {
	metric.Meter
	gauges *Gauges
}

// gauge is an instrument that is known by its name.
type gauge struct {
	metric.Int64ObservableGauge
	name string
}

func (m meter) Int64ObservableGauge(name string, opts ...metric.Int64ObservableGaugeOption) (metric.Int64ObservableGauge, error) {
	made, err := m.Meter.Int64ObservableGauge(name, opts...)
	if err != nil || name != sizeGauge && name != capacityGauge {
		return made, err
	}
	return gauge{made, name}, nil
}

func (m meter) RegisterCallback(callback metric.Callback, instruments ...metric.Observable) (metric.Registration, error) {
	own := make([]metric.Observable, len(instruments))
	ours := false
	for i, instrument := range instruments {
		own[i] = instrument
		if g, ok := instrument.(gauge); ok {
			own[i], ours = g.Int64ObservableGauge, true
		}
	}
	if !ours {
		return m.Meter.RegisterCallback(callback, own...)
	}
	made, err := m.Meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		return callback(ctx, observer{o})
	}, own...)
	if err != nil {
		return nil, err
	}
	return registration{made, m.gauges.add(callback)}, nil
}

// observer gives the meter's own instruments back to it.
type observer struct{ metric.Observer }

func (o observer) ObserveInt64(instrument metric.Int64Observable, value int64, opts ...metric.ObserveOption) {
	if g, ok := instrument.(gauge); ok {
		instrument = g.Int64ObservableGauge
	}
	o.Observer.ObserveInt64(instrument, value, opts...)
}

type registration struct {
	metric.Registration
	remove func()
}

func (r registration) Unregister() error {
	r.remove()
	return r.Registration.Unregister()
}

package guardedotlpreceiver

import (
	"context"
	"maps"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// guardID names the guard to the servers of the receiver. No one configures it.
var guardID = component.MustNewIDWithName("spanledger", "otlp_limits")

// headerTimeout is how long a sender may take for the headers of a request.
const headerTimeout = 10 * time.Second

// NewFactory is the OTLP receiver with its requests kept within limits, whatever
// the configuration.
func NewFactory() receiver.Factory {
	otlp := otlpreceiver.NewFactory()
	return receiver.NewFactory(otlp.Type(), otlp.CreateDefaultConfig,
		receiver.WithTraces(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Traces) (receiver.Traces, error) {
			guarded(cfg)
			r, err := otlp.CreateTraces(ctx, set, cfg, next)
			return wrap(set, r, err)
		}, otlp.TracesStability()),
		receiver.WithMetrics(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Metrics) (receiver.Metrics, error) {
			guarded(cfg)
			r, err := otlp.CreateMetrics(ctx, set, cfg, next)
			return wrap(set, r, err)
		}, otlp.MetricsStability()),
		receiver.WithLogs(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
			guarded(cfg)
			r, err := otlp.CreateLogs(ctx, set, cfg, next)
			return wrap(set, r, err)
		}, otlp.LogsStability()),
	)
}

// guarded has the servers of a receiver ask the guard. The signals of a receiver
// share one configuration.
func guarded(cfg component.Config) {
	protocols := &cfg.(*otlpreceiver.Config).Protocols
	if protocols.GRPC.HasValue() {
		protocols.GRPC.Get().Middlewares = withGuard(protocols.GRPC.Get().Middlewares)
	}
	if protocols.HTTP.HasValue() {
		server := &protocols.HTTP.Get().ServerConfig
		server.Middlewares = withGuard(server.Middlewares)
		if server.ReadHeaderTimeout == 0 {
			server.ReadHeaderTimeout = headerTimeout
		}
	}
}

func withGuard(list []configmiddleware.Config) []configmiddleware.Config {
	for _, m := range list {
		if m.ID == guardID {
			return list
		}
	}
	return append(list, configmiddleware.Config{ID: guardID})
}

func wrap(set receiver.Settings, inner component.Component, err error) (component.Component, error) {
	if err != nil {
		return nil, err
	}
	g, err := newGuard(set.TelemetrySettings)
	return &limited{inner, g}, err
}

// limited is a receiver that finds the guard among the extensions of its host.
type limited struct {
	component.Component
	guard *guard
}

func (l *limited) Start(ctx context.Context, h component.Host) error {
	return l.Component.Start(ctx, host{h, l.guard})
}

type host struct {
	component.Host
	guard *guard
}

func (h host) GetExtensions() map[component.ID]component.Component {
	all := make(map[component.ID]component.Component)
	maps.Copy(all, h.Host.GetExtensions())
	all[guardID] = h.guard
	return all
}

// Report implements componentstatus.Reporter.
func (h host) Report(event *componentstatus.Event) { componentstatus.ReportStatus(h.Host, event) }

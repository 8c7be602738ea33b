package guardedotlpreceiver

import (
	"context"
	"maps"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"

	"github.com/spanledger/spanledger/collector/internal/unknownkeys"
)

// guardID names the guard to the servers of the receiver. No one configures it.
var guardID = component.MustNewIDWithName("spanledger", "otlp_limits")

// headerTimeout is how long a sender may take for the headers of a request.
const headerTimeout = 10 * time.Second

// NewFactory is the OTLP receiver with its requests kept within limits, whatever
// the configuration.
func NewFactory() receiver.Factory {
	otlp := otlpreceiver.NewFactory()
	return receiver.NewFactory(otlp.Type(), func() component.Config { return &Config{*otlp.CreateDefaultConfig().(*otlpreceiver.Config)} },
		receiver.WithTraces(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Traces) (receiver.Traces, error) {
			r, err := otlp.CreateTraces(ctx, set, guarded(cfg), next)
			return wrap(set, r, err)
		}, otlp.TracesStability()),
		receiver.WithMetrics(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Metrics) (receiver.Metrics, error) {
			r, err := otlp.CreateMetrics(ctx, set, guarded(cfg), next)
			return wrap(set, r, err)
		}, otlp.MetricsStability()),
		receiver.WithLogs(func(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
			r, err := otlp.CreateLogs(ctx, set, guarded(cfg), next)
			return wrap(set, r, err)
		}, otlp.LogsStability()),
	)
}

// Config is that of the OTLP receiver.
type Config struct {
	OTLP otlpreceiver.Config `mapstructure:",squash"`
}

// Unmarshal rejects unknown keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return unknownkeys.Unmarshal(conf, c) }

// guarded has the servers of a receiver ask the guard. The signals of a receiver
// share one configuration.
func guarded(cfg component.Config) component.Config {
	otlp := &cfg.(*Config).OTLP
	protocols := &otlp.Protocols
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
	return otlp
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

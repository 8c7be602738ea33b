package selftelemetry

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configtelemetry"
	"go.opentelemetry.io/collector/confmap"
	otelconf "go.opentelemetry.io/contrib/otelconf/v0.3.0"
	"go.uber.org/zap/zapcore"
)

// Config is service::telemetry. Keys, meaning and defaults are the Collector's.
type Config struct {
	Logs    LogsConfig    `mapstructure:"logs"`
	Metrics MetricsConfig `mapstructure:"metrics"`

	Resource ResourceConfig `mapstructure:"resource"`
}

// ResourceConfig is attributes of the collector itself.
type ResourceConfig struct {
	Attributes []otelconf.AttributeNameValue `mapstructure:"attributes"`

	// Inline is the older form: names and values, null to leave a default out.
	Inline map[string]any `mapstructure:",remain"`
}

// LogsConfig is the log.
type LogsConfig struct {
	Level             zapcore.Level   `mapstructure:"level"`
	Encoding          string          `mapstructure:"encoding"` // console or json
	Development       bool            `mapstructure:"development"`
	DisableCaller     bool            `mapstructure:"disable_caller"`
	DisableStacktrace bool            `mapstructure:"disable_stacktrace"`
	DisableResource   bool            `mapstructure:"disable_zap_resource"`
	OutputPaths       []string        `mapstructure:"output_paths"`
	ErrorOutputPaths  []string        `mapstructure:"error_output_paths"`
	InitialFields     map[string]any  `mapstructure:"initial_fields"`
	Sampling          *SamplingConfig `mapstructure:"sampling"`
}

// SamplingConfig limits how often the same message is logged.
type SamplingConfig struct {
	Enabled    bool          `mapstructure:"enabled"`
	Tick       time.Duration `mapstructure:"tick"`
	Initial    int           `mapstructure:"initial"`
	Thereafter int           `mapstructure:"thereafter"`
}

// MetricsConfig is the metrics and who reads them.
type MetricsConfig struct {
	Level configtelemetry.Level `mapstructure:"level"`

	otelconf.MeterProvider `mapstructure:",squash"`
}

// Unmarshal also gives each Prometheus reader the Collector's defaults, which
// keep the names of its metrics as they are in documents and dashboards.
func (c *MetricsConfig) Unmarshal(conf *confmap.Conf) error {
	if err := conf.Unmarshal(c); err != nil {
		return err
	}
	for _, reader := range c.Readers {
		if reader.Pull == nil || reader.Pull.Exporter.Prometheus == nil {
			continue
		}
		p := reader.Pull.Exporter.Prometheus
		for _, setting := range []**bool{&p.WithoutScopeInfo, &p.WithoutUnits, &p.WithoutTypeSuffix} {
			if *setting == nil {
				*setting = new(true)
			}
		}
	}
	return nil
}

// Validate checks what no single key shows.
func (c *Config) Validate() error {
	if c.Metrics.Level != configtelemetry.LevelNone && len(c.Metrics.Readers) == 0 {
		return errors.New("metrics::readers: is empty (fix: name one, or set metrics::level to none)")
	}
	for key, value := range c.Resource.Inline {
		if _, isText := value.(string); !isText && value != nil {
			return fmt.Errorf("resource::%s: %v is neither text nor null", key, value)
		}
	}
	if c.Metrics.Views != nil && c.Metrics.Level != configtelemetry.LevelDetailed {
		return errors.New("metrics::views: needs metrics::level: detailed")
	}
	return nil
}

func createDefaultConfig() component.Config {
	return &Config{
		Logs: LogsConfig{
			Level: zapcore.InfoLevel, Encoding: "console",
			OutputPaths: []string{"stderr"}, ErrorOutputPaths: []string{"stderr"},
			Sampling: &SamplingConfig{Enabled: true, Tick: 10 * time.Second, Initial: 10, Thereafter: 100},
		},
		Metrics: MetricsConfig{
			Level: configtelemetry.LevelNormal,
			MeterProvider: otelconf.MeterProvider{Readers: []otelconf.MetricReader{{
				Pull: &otelconf.PullMetricReader{Exporter: otelconf.PullMetricExporter{Prometheus: &otelconf.Prometheus{
					Host: new("localhost"), Port: new(8888),
					WithoutScopeInfo: new(true), WithoutUnits: new(true), WithoutTypeSuffix: new(true),
				}}},
			}}},
		},
	}
}

package prometheusexporter

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"

	"github.com/spanledger/spanledger/collector/internal/unknownkeys"
)

// Config of the exporter.
type Config struct {
	// ServerConfig has the address, TLS and authentication of the server.
	ServerConfig confighttp.ServerConfig `mapstructure:",squash"`

	// Namespace is put before the name of every metric.
	Namespace string `mapstructure:"namespace"`

	// MetricExpiration is how long a series is served that is not updated.
	MetricExpiration time.Duration `mapstructure:"metric_expiration"`

	// EnableOpenMetrics serves OpenMetrics, which has exemplars, to who asks for it.
	EnableOpenMetrics bool `mapstructure:"enable_open_metrics"`

	// WithoutScopeInfo leaves the labels of the instrumentation scope out.
	WithoutScopeInfo bool `mapstructure:"without_scope_info"`

	// TranslationStrategy says how names become names of Prometheus.
	TranslationStrategy otlptranslator.TranslationStrategyOption `mapstructure:"translation_strategy"`
}

func createDefaultConfig() component.Config {
	return &Config{
		ServerConfig:        confighttp.NewDefaultServerConfig(),
		MetricExpiration:    5 * time.Minute,
		TranslationStrategy: otlptranslator.UnderscoreEscapingWithSuffixes,
	}
}

// Unmarshal rejects unknown keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return unknownkeys.Unmarshal(conf, c) }

// Validate checks the configuration.
func (c *Config) Validate() error {
	if c.ServerConfig.NetAddr.Endpoint == "" {
		return errors.New("endpoint: is empty (fix: an address such as 127.0.0.1:8889)")
	}
	if c.MetricExpiration <= 0 {
		return fmt.Errorf("metric_expiration: %s is not above zero", c.MetricExpiration)
	}
	switch c.TranslationStrategy {
	case otlptranslator.UnderscoreEscapingWithSuffixes, otlptranslator.UnderscoreEscapingWithoutSuffixes,
		otlptranslator.NoUTF8EscapingWithSuffixes, otlptranslator.NoTranslation:
		return nil
	}
	return fmt.Errorf("translation_strategy: %q is unknown; use %s, %s, %s or %s", c.TranslationStrategy,
		otlptranslator.UnderscoreEscapingWithSuffixes, otlptranslator.UnderscoreEscapingWithoutSuffixes,
		otlptranslator.NoUTF8EscapingWithSuffixes, otlptranslator.NoTranslation)
}

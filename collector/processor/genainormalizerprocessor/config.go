package genainormalizerprocessor

import "go.opentelemetry.io/collector/component"

// Config of the processor.
type Config struct {
	// KeepOriginal leaves the attributes of the foreign dialect on the span
	// beside the normalised ones. Default: false.
	KeepOriginal bool `mapstructure:"keep_original"`

	_ struct{}
}

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{}
}

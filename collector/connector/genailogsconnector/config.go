package genailogsconnector

import (
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
)

// Config of the connector.
type Config struct {
	// Emitters lists whose log records become spans: claude_code, codex,
	// gemini_cli, cursor, opencode. Default: all of them.
	Emitters []string `mapstructure:"emitters"`

	_ struct{}
}

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{Emitters: emitterNames()}
}

// Validate checks the configuration.
func (c *Config) Validate() error {
	known := emitterNames()
	for i, name := range c.Emitters {
		if !slices.Contains(known, name) {
			return fmt.Errorf("emitters[%d] is %q: must be one of %s", i, name, strings.Join(known, ", "))
		}
	}
	return nil
}

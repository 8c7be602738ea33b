package filestorageextension

import (
	"context"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension"
)

// Config is that of the contrib extension, with other defaults: what a
// compaction that was interrupted left behind is removed at the start,
// compaction works in the directory of the queue, and a damaged file is moved
// aside.
type Config struct {
	filestorage.Config `mapstructure:",squash"`
}

var _ confmap.Unmarshaler = (*Config)(nil)

// Unmarshal implements confmap.Unmarshaler.
func (cfg *Config) Unmarshal(conf *confmap.Conf) error {
	if err := conf.Unmarshal(cfg); err != nil {
		return err
	}
	if !conf.IsSet("compaction::directory") {
		cfg.Compaction.Directory = cfg.Directory
	}
	return nil
}

// NewFactory is the file storage of the Collector's contrib distribution, with a
// queue that loses nothing on a full disk or from a damaged file.
func NewFactory() extension.Factory {
	contrib := filestorage.NewFactory()
	return extension.NewFactory(contrib.Type(),
		func() component.Config {
			cfg := &Config{*contrib.CreateDefaultConfig().(*filestorage.Config)}
			cfg.Compaction.CleanupOnStart = true
			cfg.Recreate = true
			return cfg
		},
		func(ctx context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
			c := cfg.(*Config)
			inner, err := contrib.Create(ctx, set, &c.Config)
			if err != nil {
				return nil, err
			}
			return newFileStorage(set, c, inner)
		}, contrib.Stability())
}

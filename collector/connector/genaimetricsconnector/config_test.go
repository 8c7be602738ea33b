package genaimetricsconnector

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadata"
)

func TestLoadConfig(t *testing.T) {
	tests := []struct {
		id   component.ID
		want *Config
	}{
		{component.NewID(metadata.Type), createDefaultConfig().(*Config)},
		{component.NewIDWithName(metadata.Type, "everything"), &Config{
			FlushInterval:    time.Second,
			SeriesExpiration: 10 * time.Minute,
			SettleAfter:      2 * time.Second,
			ClientMetrics:    KeepClientMetrics,
			Limits:           Limits{Users: 0, Values: 20, Series: 300, Spans: 4000},
		}},
	}
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.id.String(), func(t *testing.T) {
			cfg := NewFactory().CreateDefaultConfig()
			sub, err := conf.Sub(tt.id.String())
			require.NoError(t, err)
			require.NoError(t, sub.Unmarshal(cfg))
			require.NoError(t, confmap.Validate(cfg))
			assert.Equal(t, tt.want, cfg)
		})
	}
}

func TestConfig_BadValueNamesTheKeyAndTheFix(t *testing.T) {
	tests := map[string]string{
		"flush-interval-is-zero":                      "flush_interval is 0s: must be greater than zero",
		"series-expire-before-they-are-emitted":       "series_expiration is 30s: must be at least flush_interval (1m0s)",
		"client-metrics-are-neither-dropped-nor-kept": `client_metrics is "both": must be "drop" or "keep"`,
		"fewer-than-no-users":                         "limits::users is -1: must be zero (no user label) or more",
		"no-value-fits":                               "limits::values is 0: must be at least 1",
		"no-series-fits":                              "limits::series is 0: must be at least 1",
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			conf, err := confmaptest.LoadConf(filepath.Join("testdata", "bad", name+".yaml"))
			require.NoError(t, err)
			cfg := createDefaultConfig()
			require.NoError(t, conf.Unmarshal(cfg))
			assert.ErrorContains(t, confmap.Validate(cfg), want)
		})
	}
}

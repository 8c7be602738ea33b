package genaicostprocessor

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor/internal/metadata"
)

func TestLoadConfig(t *testing.T) {
	tests := []struct {
		id      component.ID
		want    *Config
		message string
	}{
		{id: component.NewID(metadata.Type), want: createDefaultConfig().(*Config)},
		{id: component.NewIDWithName(metadata.Type, "everything"), want: &Config{
			PriceFile:    "/etc/spanledger/prices.json",
			Gateways:     []string{"llm-gateway", "*.llm.internal"},
			SelfHosted:   []string{"gpu-1"},
			UnknownModel: UnknownModel{Fallback: "openai/gpt-5"},
		}},
		{id: component.NewIDWithName(metadata.Type, "one_word"), want: createDefaultConfig().(*Config)},
		{id: component.NewIDWithName(metadata.Type, "bad_word"), message: `"free" is neither unpriced nor {fallback: provider/model}`},
		{id: component.NewIDWithName(metadata.Type, "bad_fallback"), message: `unknown_model::fallback: "gpt-5" is not of the form provider/model`},
		{id: component.NewIDWithName(metadata.Type, "bad_gateway"), message: `gateways: host "https://gateway/v1" is not a host name`},
	}
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.id.String(), func(t *testing.T) {
			cfg := NewFactory().CreateDefaultConfig()
			sub, err := conf.Sub(tt.id.String())
			require.NoError(t, err)
			err = sub.Unmarshal(cfg)
			if err == nil {
				err = confmap.Validate(cfg)
			}
			if tt.message != "" {
				assert.ErrorContains(t, err, tt.message)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, cfg)
		})
	}
}

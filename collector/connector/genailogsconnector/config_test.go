package genailogsconnector

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/connector/genailogsconnector/internal/metadata"
)

func TestLoadConfig(t *testing.T) {
	tests := []struct {
		id   component.ID
		want *Config
	}{
		{component.NewID(metadata.Type), &Config{Emitters: []string{"claude_code", "codex", "gemini_cli", "cursor", "opencode"}}},
		{component.NewIDWithName(metadata.Type, "one"), &Config{Emitters: []string{"codex"}}},
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
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "bad", "an-emitter-nobody-knows.yaml"))
	require.NoError(t, err)
	cfg := createDefaultConfig()
	require.NoError(t, conf.Unmarshal(cfg))
	assert.ErrorContains(t, confmap.Validate(cfg), `emitters[1] is "aider": must be one of claude_code, codex, gemini_cli, cursor, opencode`)
}

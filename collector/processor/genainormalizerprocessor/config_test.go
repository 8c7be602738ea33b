package genainormalizerprocessor

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/metadata"
)

func TestLoadConfig(t *testing.T) {
	tests := []struct {
		id   component.ID
		want *Config
	}{
		{component.NewID(metadata.Type), createDefaultConfig().(*Config)},
		{component.NewIDWithName(metadata.Type, "everything"), &Config{
			KeepOriginal: true,
			Attribution: Attribution{
				Keys:      map[string][]string{"user": {"app.user", "tenant.user"}, "department": {"org.unit"}},
				Tables:    []string{"testdata/users.csv", "testdata/applications.yaml"},
				Required:  []string{"user", "department"},
				OnMissing: RejectMissing,
			},
			Content: Content{Policy: "redact", MaxBytes: 100, Patterns: []string{`PO-\d+`}},
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
		"a-key-list-of-no-dimension":        `attribution::keys::email: must be one of user, department, application, team, cost_center`,
		"a-table-without-a-path":            `attribution::tables[0] is empty: must be the path of a CSV or YAML file`,
		"a-required-dimension-nobody-knows": `attribution::required[1] is "floor": must be one of user`,
		"a-missing-attribution-is-ignored":  `attribution::on_missing is "ignore": must be "label" or "reject"`,
		"content-is-hidden":                 `content::policy is "hide": must be keep, drop, truncate or redact`,
		"a-negative-length":                 `content::max_bytes is -1: must be zero (no limit) or more`,
		"truncate-to-nothing":               `content::max_bytes is 0: truncate needs a length to cut to`,
		"a-pattern-that-does-not-compile":   `content::patterns[0]: error parsing regexp`,
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

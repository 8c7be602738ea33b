package ledgerapiextension

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension/internal/metadata"
)

func load(t *testing.T, file string, id component.ID) *Config {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", file))
	require.NoError(t, err)
	sub, err := conf.Sub(id.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func TestConfig(t *testing.T) {
	t.Run("defaults", func(t *testing.T) {
		cfg := load(t, "config.yaml", component.NewID(metadata.Type))
		require.NoError(t, confmap.Validate(cfg))
		assert.Equal(t, "127.0.0.1:8890", cfg.Server.NetAddr.Endpoint)
		assert.False(t, cfg.Server.Auth.HasValue())
		assert.False(t, cfg.Metrics.HasValue())
	})
	t.Run("with metrics on a port of their own", func(t *testing.T) {
		cfg := load(t, "config.yaml", component.NewIDWithName(metadata.Type, "metrics"))
		require.NoError(t, confmap.Validate(cfg))
		require.True(t, cfg.Metrics.HasValue())
		assert.Equal(t, "0.0.0.0:8891", cfg.Metrics.Get().NetAddr.Endpoint)
		assert.Equal(t, "127.0.0.1:8890", cfg.Server.NetAddr.Endpoint)
	})
	t.Run("wide", func(t *testing.T) {
		cfg := load(t, "config.yaml", component.NewIDWithName(metadata.Type, "wide"))
		require.NoError(t, confmap.Validate(cfg))
		assert.Equal(t, "0.0.0.0:8891", cfg.Server.NetAddr.Endpoint)
		assert.True(t, cfg.Server.Auth.HasValue())
		assert.Equal(t, "[REDACTED]", cfg.Store.String())
	})
}

func TestConfig_BadValueIsNamedWithItsFix(t *testing.T) {
	for file, want := range map[string]string{
		"no-store.yaml":               "store: empty: set it to the endpoint of the cost_ledger exporter",
		"no-address.yaml":             `endpoint: empty: expected host:port, such as "127.0.0.1:8890"`,
		"no-address-for-metrics.yaml": `metrics::endpoint: empty: expected host:port, such as "127.0.0.1:8891"`,
		"a-page-for-everybody.yaml":   "ui: would show the ledger to everyone who reaches 0.0.0.0:8890: set token or auth",
		"open-to-everyone.yaml":       "endpoint 0.0.0.0:8890: everyone who reaches it could read the ledger: set token, auth or tls::client_ca_file",
		"no-trace-id.yaml":            "has no {trace_id}",
		"no-public-address.yaml":      `public_url "ledger.example": expected a URL`,
		"a-store-nobody-knows.yaml":   "expected duckdb://FILE or clickhouse://",
	} {
		err := confmap.Validate(load(t, filepath.Join("bad", file), component.NewID(metadata.Type)))
		assert.ErrorContains(t, err, want, file)
		assert.NotContains(t, err.Error(), "hunter2", "passwords are not printed")
	}
}

// A misspelled token would leave the API without one.
func TestConfig_RejectsAnUnknownKey(t *testing.T) {
	for key, values := range map[string]map[string]any{
		"tokn":             {"tokn": "secret"},
		"metrics::endpoit": {"metrics": map[string]any{"endpoit": "127.0.0.1:8891"}},
	} {
		err := confmap.NewFromStringMap(values).Unmarshal(createDefaultConfig())
		assert.ErrorContains(t, err, "unknown key "+key+": expected one of ")
	}
}

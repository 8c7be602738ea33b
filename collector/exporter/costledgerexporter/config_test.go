package costledgerexporter

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
)

func load(t *testing.T, file string, id component.ID) (*Config, error) {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", file))
	require.NoError(t, err)
	section, err := conf.Sub(id.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, section.Unmarshal(cfg))
	return cfg, confmap.Validate(cfg)
}

func TestConfig(t *testing.T) {
	plain, err := load(t, "config.yaml", component.NewID(metadata.Type))
	require.NoError(t, err)
	want := createDefaultConfig().(*Config)
	want.Endpoint = "duckdb:///var/lib/spanledger/ledger.duckdb"
	require.Equal(t, want, plain)

	full, err := load(t, "config.yaml", component.NewIDWithName(metadata.Type, "clickhouse"))
	require.NoError(t, err)
	require.Equal(t, 10*time.Second, full.TimeoutConfig.Timeout)
	require.Equal(t, 2*time.Second, full.BackOffConfig.InitialInterval)
	require.Zero(t, full.BackOffConfig.MaxElapsedTime, "nothing is given up")
	queue := full.QueueConfig.Get()
	require.Equal(t, int64(5000), queue.QueueSize)
	require.Equal(t, 4, queue.NumConsumers)
	require.True(t, queue.BlockOnOverflow, "a full queue holds the receiver back")
	require.Equal(t, "file_storage", queue.StorageID.String())
	require.Equal(t, "/var/lib/spanledger/dead.jsonl", full.DeadLetter.File)
	require.Equal(t, LogsConfig{}, full.Logs)
	require.NotContains(t, full.Endpoint.String(), "secret")
}

func TestConfig_BadValueIsRefusedByName(t *testing.T) {
	for _, test := range []struct{ file, message string }{
		{"no_endpoint.yaml", "endpoint: required: clickhouse://user@host:9000/database or duckdb://path"},
		{"endpoint_of_another_database.yaml", `endpoint: address of the store: unknown scheme "postgres"`},
		{"no_dead_letter_file.yaml", "dead_letter::file: required"},
		{"negative_value_length.yaml", "logs::max_value_bytes: -1: expected 0 (no limit) or more"},
		{"unknown_clickhouse_option.yaml", `unknown option "colour"`},
	} {
		t.Run(test.file, func(t *testing.T) {
			_, err := load(t, test.file, component.NewID(metadata.Type))
			require.ErrorContains(t, err, test.message)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

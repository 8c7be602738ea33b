package distro_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/otelcol"

	"github.com/spanledger/spanledger/collector/distro"
)

// validate returns what `spanledger collector validate` does.
func validate(t *testing.T, uris ...string) error {
	t.Helper()
	collector, err := otelcol.NewCollector(distro.Settings(uris...))
	require.NoError(t, err)
	return collector.DryRun(t.Context())
}

func TestConfigurations_ShippedConfigurationsAreValid(t *testing.T) {
	t.Run("otel-collector.yaml with its defaults", func(t *testing.T) {
		t.Chdir("../..")
		t.Setenv("SPANLEDGER_DATA", t.TempDir())
		assert.NoError(t, validate(t, "file:otel-collector.yaml"))
	})
	t.Run("otel-collector.yaml with another store", func(t *testing.T) {
		t.Setenv("CLICKHOUSE_ENDPOINT", "clickhouse://ledger:secret@clickhouse:9000/genai")
		t.Setenv("JAEGER_ENDPOINT", "jaeger:4317")
		t.Setenv("SPANLEDGER_LISTEN", "0.0.0.0")
		t.Setenv("SPANLEDGER_DATA", t.TempDir())
		assert.NoError(t, validate(t, "file:../../otel-collector.yaml"))
	})
	t.Run("the all-in-one", func(t *testing.T) {
		c := distro.AllInOne{Data: t.TempDir(), Forward: "127.0.0.1:14317", LogLevel: "debug"}
		require.NoError(t, c.Prepare())
		uris, err := c.URIs()
		require.NoError(t, err)
		assert.NoError(t, validate(t, uris...))
	})
}

func TestConfigurations_BadConfigurationsAreNamed(t *testing.T) {
	c := distro.AllInOne{Data: t.TempDir()}
	require.NoError(t, c.Prepare())
	for name, overlay := range map[string]struct{ yaml, want string }{
		"a component nobody has": {"yaml:processors::genai_price::rate: 1", "genai_price"},
		"a setting nobody has":   {"yaml:exporters::cost_ledger::endpont: x", "endpont"},
		"a store nobody knows":   {"yaml:exporters::cost_ledger::endpoint: mysql://localhost", "mysql"},
		"no store for the API":   {`yaml:extensions::ledger_api::store: ""`, "store"},
		"no address for the API": {`yaml:extensions::ledger_api::endpoint: ""`, "endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			uris, err := c.URIs(overlay.yaml)
			require.NoError(t, err)
			assert.ErrorContains(t, validate(t, uris...), overlay.want)
		})
	}
}

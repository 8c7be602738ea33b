package ledgerapiextension_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

func create(t *testing.T, dsn, endpoint string, change ...func(*ledgerapiextension.Config)) extension.Extension {
	t.Helper()
	factory := ledgerapiextension.NewFactory()
	cfg := factory.CreateDefaultConfig().(*ledgerapiextension.Config)
	cfg.Store, cfg.Server.NetAddr.Endpoint = configopaque.String(dsn), endpoint
	for _, c := range change {
		c(cfg)
	}
	ext, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	return ext
}

// announce says what the collector says when all of its pipelines have started.
func announce(t *testing.T, ext extension.Extension) {
	t.Helper()
	require.NoError(t, ext.(extensioncapabilities.PipelineWatcher).Ready())
}

func TestFactory_LetsALongAnswerFinish(t *testing.T) {
	cfg := ledgerapiextension.NewFactory().CreateDefaultConfig().(*ledgerapiextension.Config)
	assert.GreaterOrEqual(t, cfg.Server.WriteTimeout, 5*time.Minute)
}

func TestExtension_AnnouncesItselfNextToAFile(t *testing.T) {
	dsn := fileLedger(t)
	ext := create(t, dsn, "127.0.0.1:0")
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	early, err := remote.Discover(dsn)
	require.NoError(t, err)
	assert.Empty(t, early, "the exporters may yet fail: another collector may hold the file and have announced itself")
	announce(t, ext)
	url, err := remote.Discover(dsn)
	require.NoError(t, err)
	assert.NotEmpty(t, url)
	require.NoError(t, ext.Shutdown(t.Context()))
	url, err = remote.Discover(dsn)
	require.NoError(t, err)
	assert.Empty(t, url)
}

func answersUntilShutdown(t *testing.T, open newLedger) {
	dsn := open(t)
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	address := freeAddress(t)
	ext := create(t, dsn, address)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	announce(t, ext)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client, err := remote.NewClient("http://"+address, remote.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	groups, err := client.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	assert.Len(t, groups, 1)

	require.NoError(t, ext.Shutdown(t.Context()))
	_, err = client.Aggregate(t.Context(), ledger.Query{})
	assert.Error(t, err, "nobody listens any more")
}

func budgetsAndReports(t *testing.T, open newLedger) {
	dsn := open(t)
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	plan := filepath.Join(t.TempDir(), "budgets.yaml")
	require.NoError(t, os.WriteFile(plan, []byte(`budgets: [{name: all, amount: "10"}]`), 0o600))
	address := freeAddress(t)
	ext := create(t, dsn, address, func(c *ledgerapiextension.Config) { c.Budgets, c.UI = plan, true })
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, ext.Shutdown(context.Background())) }()
	announce(t, ext)
	kind, _, _ := strings.Cut(dsn, "://")
	for path, want := range map[string]string{
		"/":                `<script type="module" src="assets/app.js">`,
		"/metrics":         `spanledger_budget_amount_usd{budget="all",period="month"} 10`,
		"/v1/budgets":      `"state": "ok"`,
		"/v1/reports/cost": `"report": "cost"`,
		"/v1/status":       `"store":"` + kind + `"`,
		"/v1/overview":     `"problems":[]`,
		"/v1/health":       `"check":"clocks of senders","grade":"ok"`,
		"/v1/openapi.yaml": "openapi: 3.1.0",
	} {
		resp, body := ask(t, "http://"+address+path, nil)
		assert.Equal(t, http.StatusOK, resp.StatusCode, path)
		assert.Contains(t, body, want, path)
	}
}

func metricsAlone(t *testing.T, open newLedger) {
	for name, tc := range map[string]struct {
		budgets string
		want    string
	}{
		"with budgets": {`budgets: [{name: all, amount: "10"}]`, `spanledger_budget_spent_usd{budget="all",period="month"} 0`},
		"without":      {"", "spanledger_cap_units 0"},
	} {
		t.Run(name, func(t *testing.T) {
			dsn := open(t)
			store, err := ledgerstore.Open(t.Context(), dsn)
			require.NoError(t, err)
			defer store.Close()
			require.NoError(t, store.Migrate(t.Context()))
			address := freeAddress(t)
			ext := create(t, dsn, "127.0.0.1:0", func(c *ledgerapiextension.Config) {
				if tc.budgets != "" {
					c.Budgets = filepath.Join(t.TempDir(), "budgets.yaml")
					require.NoError(t, os.WriteFile(c.Budgets, []byte(tc.budgets), 0o600))
				}
				metrics := confighttp.NewDefaultServerConfig()
				metrics.NetAddr.Endpoint = address
				c.Metrics = configoptional.Some(metrics)
			})
			require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			for path, status := range map[string]int{
				"/metrics": http.StatusOK, "/v1/reports/cost": http.StatusNotFound, "/v1/budgets": http.StatusNotFound, "/": http.StatusNotFound,
			} {
				resp, err := client.Get("http://" + address + path)
				require.NoError(t, err)
				body, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				assert.Equal(t, status, resp.StatusCode, path)
				if path == "/metrics" {
					assert.Contains(t, string(body), tc.want)
				}
			}
			require.NoError(t, ext.Shutdown(t.Context()))
			_, err = client.Get("http://" + address + "/metrics")
			assert.Error(t, err, "nobody listens any more")
		})
	}
}

func TestExtension_APortOfMetricsInUseStopsTheStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	ext := create(t, "duckdb://:memory:", "127.0.0.1:0", func(c *ledgerapiextension.Config) {
		metrics := confighttp.NewDefaultServerConfig()
		metrics.NetAddr.Endpoint = taken.Addr().String()
		c.Metrics = configoptional.Some(metrics)
	})
	assert.ErrorContains(t, ext.Start(t.Context(), componenttest.NewNopHost()), "ledger_api: metrics: endpoint "+taken.Addr().String())
	assert.NoError(t, ext.Shutdown(t.Context()))
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func TestExtension_BudgetsThatCannotBeReadStopTheStart(t *testing.T) {
	ext := create(t, "duckdb://:memory:", "127.0.0.1:0", func(c *ledgerapiextension.Config) { c.Budgets = "nowhere.yaml" })
	assert.ErrorContains(t, ext.Start(t.Context(), componenttest.NewNopHost()), "nowhere.yaml")
	assert.NoError(t, ext.Shutdown(t.Context()))
}

func TestExtension_AStoreThatIsDownDoesNotStopTheCollector(t *testing.T) {
	dsn := "clickhouse://127.0.0.1:1/genai"
	ext := create(t, dsn, "127.0.0.1:0")
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, ext.Shutdown(t.Context()))
}

func TestExtension_APortInUseStopsTheStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	ext := create(t, "duckdb://:memory:", taken.Addr().String())
	err = ext.Start(t.Context(), componenttest.NewNopHost())
	assert.ErrorContains(t, err, "ledger_api: endpoint "+taken.Addr().String())
	assert.NoError(t, ext.Shutdown(t.Context()))
}

func TestExtension_ShutdownWithoutStart(t *testing.T) {
	assert.NoError(t, create(t, "duckdb://:memory:", "127.0.0.1:0").Shutdown(t.Context()))
}

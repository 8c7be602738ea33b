package pagetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

// onClickHouse is the configuration of a collector whose ledger is in ClickHouse.
const onClickHouse = `
extensions:
  ledger_api: {endpoint: "127.0.0.1:%s", store: %q, ui: true, budgets: %q}
receivers:
  otlp: {protocols: {grpc: {endpoint: "127.0.0.1:%s"}}}
processors:
  genai_normalizer: {}
  genai_cost: {}
exporters:
  cost_ledger:
    endpoint: %q
    dead_letter: {file: %q}
    sending_queue: {batch: {flush_timeout: 200ms}}
  nop: {}
service:
  extensions: [ledger_api]
  pipelines:
    traces: {receivers: [otlp], processors: [genai_normalizer, genai_cost], exporters: [cost_ledger]}
    logs: {receivers: [otlp], exporters: [cost_ledger]}
    metrics: {receivers: [otlp], exporters: [nop]}
  telemetry: {metrics: {level: none}}
`

// The page is walked on ClickHouse as on DuckDB. That every answer of the API is the
// same is reportapi's test.
func TestPage_OnClickHouse(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser for a minute")
	}
	server, database := clickhousetest.Shared(t)
	dsn := server.DSN(database)
	api, apiURL := port(t)
	grpc, grpcURL := port(t)
	config := filepath.Join(t.TempDir(), "collector.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, onClickHouse, api, dsn, budgetFile(t), grpc, dsn, filepath.Join(t.TempDir(), "dead.jsonl")), 0o600))
	s := &stack{program: parts.Spanledger(t), page: apiURL + "/", api: apiURL, otlp: grpcURL}
	process := parts.Run(t, s.program, []string{"SPANLEDGER_GATEWAYS=[127.0.0.1]"}, "collector", "--config", config)
	process.Ready(t, s.page, "127.0.0.1:"+grpc)
	out, err := exec.CommandContext(t.Context(), s.program, "demo", "--otlp-endpoint", s.otlp, "--duration", "6s").CombinedOutput()
	require.NoError(t, err, string(out))
	require.Eventually(t, func() bool {
		var found struct {
			Tables []struct{ Rows []any }
		}
		s.ask(t, &found, "traces")
		return len(found.Tables[0].Rows) >= 5
	}, time.Minute, time.Second, "the demo's runs arrive")
	long := longRun(t, dsn, 10_000)
	history(t, dsn, days)

	walk(t, s, long, rise(t, dsn))
}

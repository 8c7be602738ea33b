package logstest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

// collect starts the shipped configuration over a store, with files of
// deploy/collector added to it, and returns its address for OTLP over gRPC. The
// data folder is the store when dsn is "".
func collect(t *testing.T, dsn string, overlays ...string) (address string) {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	host, data := parts.Loopback(t), t.TempDir()
	if dsn == "" {
		dsn = "duckdb://" + filepath.Join(data, "ledger.duckdb")
	}
	t.Setenv("SPANLEDGER_LISTEN", host)
	t.Setenv("SPANLEDGER_API", host+":8890")
	t.Setenv("SPANLEDGER_DATA", data)
	t.Setenv("SPANLEDGER_GATEWAYS", "[127.0.0.1]")
	t.Setenv("CLICKHOUSE_ENDPOINT", dsn)
	t.Setenv("JAEGER_ENDPOINT", parts.FreeAddr(t)) // no one: traces are given up
	uris := []string{"file:" + filepath.Join(root, "otel-collector.yaml")}
	for _, overlay := range overlays {
		uris = append(uris, "file:"+filepath.Join(root, "deploy", "collector", overlay))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	running, err := distro.Start(ctx, uris...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Shutdown()) })
	return host + ":4317"
}

func client(t *testing.T, address string) plogotlp.GRPCClient {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return plogotlp.NewGRPCClient(conn)
}

func send(t *testing.T, to plogotlp.GRPCClient, ld plog.Logs) {
	t.Helper()
	_, err := to.Export(t.Context(), plogotlp.NewExportRequestFromLogs(ld))
	require.NoError(t, err)
}

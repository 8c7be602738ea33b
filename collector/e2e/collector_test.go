package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// collector is the built binary with the shipped configuration.
type collector struct {
	otlp       string // host:port of OTLP over gRPC
	prometheus string // host:port that Prometheus scrapes
	process    *parts.Process
}

func startCollector(t *testing.T, c clickhouse, j jaeger) collector {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	binary := parts.Spanledger(t)
	// The shipped configuration has fixed ports; an address of its own keeps
	// the test out of the way of a collector that runs on this machine.
	host := fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()>>14&0x7f, os.Getpid()>>7&0x7f, 1+os.Getpid()&0x7f)
	p := parts.Run(t, binary, []string{
		"SPANLEDGER_LISTEN=" + host,
		"SPANLEDGER_API=" + host + ":8890",
		"SPANLEDGER_DATA=" + t.TempDir(),
		"CLICKHOUSE_ENDPOINT=" + c.dsn,
		"JAEGER_ENDPOINT=" + j.otlp,
		"SPANLEDGER_GATEWAYS=[127.0.0.1]", // the vendor of the demo is on loopback
	}, "collector", "--config", filepath.Join(root, "otel-collector.yaml"))
	p.Ready(t, "http://"+host+":13133/")
	return collector{otlp: host + ":4317", prometheus: host + ":8889", process: p}
}

package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCollector_ASignalDuringTheStartEndsIt has a store that accepts a connection and says
// nothing, so that the signal comes while the collector starts.
func TestCollector_ASignalDuringTheStartEndsIt(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	asked := make(chan struct{})
	go func() {
		if conn, err := silent.Accept(); err == nil {
			defer conn.Close()
			close(asked)
			<-t.Context().Done()
		}
	}()
	config := filepath.Join(t.TempDir(), "collector.yaml")
	require.NoError(t, os.WriteFile(config, []byte(`
receivers:
  otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}}}
exporters:
  cost_ledger: {endpoint: "clickhouse://`+silent.Addr().String()+`/ledger", timeout: 10m, dead_letter: {file: "`+filepath.Join(t.TempDir(), "letters")+`"}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [cost_ledger]}
`), 0o600))

	signalled, signal := context.WithCancel(t.Context())
	ended := make(chan int)
	var messages string
	go func() {
		var code int
		_, messages, code = runUntil(signalled, "collector", "--config", config)
		ended <- code
	}()
	select {
	case <-asked:
	case code := <-ended:
		t.Fatalf("ended with %d before it was told to: %s", code, messages)
	}
	signal()
	select {
	case code := <-ended:
		assert.Equal(t, exitDone, code, messages)
	case <-time.After(5 * time.Minute):
		t.Fatal("it is still starting")
	}
}

package parts_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func TestParts_PrometheusStartsAndEnds(t *testing.T) {
	program := parts.Find(t, parts.Prometheus)
	addr := parts.FreeAddr(t)
	p := parts.Run(t, program, nil, "--config.file=testdata/prometheus.yaml",
		"--storage.tsdb.path="+t.TempDir(), "--web.listen-address="+addr)
	p.Ready(t, "http://"+addr+"/-/ready")
	require.NoError(t, p.Stop(30*time.Second))
	_, err := http.Get("http://" + addr + "/-/ready")
	require.Error(t, err)
}

func TestParts_ReadyWaitsForEveryAddress(t *testing.T) {
	program := parts.Find(t, parts.Alertmanager)
	addr, late := parts.FreeAddr(t), parts.FreeAddr(t)
	p := parts.Run(t, program, nil, "--config.file=testdata/alertmanager.yaml",
		"--storage.path="+t.TempDir(), "--web.listen-address="+addr, "--cluster.listen-address=")
	p.Ready(t, "http://"+addr+"/-/ready")
	opened := make(chan net.Listener, 1)
	go func() {
		time.Sleep(300 * time.Millisecond)
		l, err := net.Listen("tcp", late)
		assert.NoError(t, err)
		opened <- l
	}()
	p.Ready(t, "http://"+addr+"/-/ready", late)
	conn, err := net.Dial("tcp", late)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.NoError(t, (<-opened).Close())
}

func TestParts_AKilledPartIsGone(t *testing.T) {
	program := parts.Find(t, parts.Alertmanager)
	addr := parts.FreeAddr(t)
	p := parts.Run(t, program, nil, "--config.file=testdata/alertmanager.yaml",
		"--storage.path="+t.TempDir(), "--web.listen-address="+addr, "--cluster.listen-address=")
	p.Ready(t, "http://"+addr+"/-/ready")
	p.Kill()
	_, err := http.Get("http://" + addr + "/-/ready")
	require.Error(t, err)
}

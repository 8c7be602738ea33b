package parts_test

import (
	"net/http"
	"testing"
	"time"

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

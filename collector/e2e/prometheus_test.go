package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

type prometheus struct{ url string }

// startPrometheus scrapes target, host:port.
func startPrometheus(t *testing.T, target string) prometheus {
	t.Helper()
	program := parts.Find(t, parts.Prometheus)
	dir := t.TempDir()
	config, err := os.ReadFile("testdata/prometheus.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prometheus.yaml"), config, 0o600))
	targets, err := json.Marshal([]map[string][]string{{"targets": {target}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "targets.json"), targets, 0o600))
	addr := parts.FreeAddr(t)
	p := parts.Run(t, program, nil, "--config.file="+filepath.Join(dir, "prometheus.yaml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr)
	p.Ready(t, "http://"+addr+"/-/ready")
	return prometheus{"http://" + addr}
}

// value evaluates a query that answers with one number.
func (p prometheus) value(t *testing.T, query string) (float64, error) {
	t.Helper()
	var body struct {
		Data struct {
			Result []struct {
				Value [2]any `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := getJSON(t, p.url+"/api/v1/query?query="+url.QueryEscape(query), &body); err != nil {
		return 0, err
	}
	if len(body.Data.Result) != 1 {
		return 0, fmt.Errorf("%s: %d series, expected 1", query, len(body.Data.Result))
	}
	text, _ := body.Data.Result[0].Value[1].(string)
	return strconv.ParseFloat(text, 64)
}

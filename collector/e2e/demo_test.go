package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// TestDemo_BillIsTheSameInARunningCollector sends one demo to two collectors: one set
// up as the demo sets up its own, which knows that the vendors' address is a gateway,
// and one as a newcomer starts it, which does not know.
func TestDemo_BillIsTheSameInARunningCollector(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs: -short leaves it out")
	}
	program := parts.Spanledger(t)
	type collector struct {
		dir, otlp string
	}
	start := func(flags ...string) collector {
		c := collector{dir: t.TempDir()}
		otlp, metrics := port(t), port(t)
		c.otlp = "http://127.0.0.1:" + otlp
		up := parts.Run(t, program, nil, append([]string{"up", "--data", filepath.Join(c.dir, "spanledger-data"),
			"--grpc-port=0", "--http-port=" + otlp, "--api-port=" + port(t), "--prometheus-port=" + metrics}, flags...)...)
		up.Ready(t, "http://127.0.0.1:"+metrics+"/metrics", "127.0.0.1:"+otlp)
		return c
	}
	own, running := start("--gateway=127.0.0.1"), start()
	both := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		status := http.StatusInternalServerError
		for _, c := range []collector{own, running} {
			if err != nil {
				break
			}
			var next *http.Request
			if next, err = http.NewRequestWithContext(r.Context(), r.Method, c.otlp+r.URL.Path, bytes.NewReader(body)); err != nil {
				break
			}
			next.Header = r.Header.Clone()
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(next); err == nil {
				status = resp.StatusCode
				err = resp.Body.Close()
			}
		}
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	}))
	defer both.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	sent := run(t, own.dir, program, "demo", "--duration", "2s", "--otlp-endpoint", both.URL)
	require.Equal(t, 0, sent.code, sent.stderr)
	made := regexp.MustCompile(`made (\d+) LLM calls`).FindStringSubmatch(sent.stdout)
	require.Len(t, made, 2, sent.stdout)
	want, err := strconv.Atoi(made[1])
	require.NoError(t, err)

	report := func(c collector, by string) string {
		got := run(t, c.dir, program, "report", "cost", "--by", by, "--since", "1h", "--format", "json")
		require.Equal(t, 0, got.code, got.stderr)
		return got.stdout
	}
	for _, c := range []collector{own, running} {
		eventually(t, "every call is in the ledger", func() error {
			if n := callsIn(t, report(c, "model")); n != want {
				return fmt.Errorf("%d calls, sent %d", n, want)
			}
			return nil
		})
	}
	for _, by := range []string{"model", "department", "user", "application"} {
		assert.Equal(t, tablesIn(t, report(own, by)), tablesIn(t, report(running, by)), by)
	}
	// The model of the company's own has no price in either, for another reason.
	assert.Contains(t, report(own, "cost_reason"), `"unknown_model"`)
	assert.Contains(t, report(running, "cost_reason"), `"self_hosted"`)
}

// tablesIn are the tables of a report in JSON.
func tablesIn(t *testing.T, report string) any {
	t.Helper()
	var doc struct {
		Tables []any `json:"tables"`
	}
	require.NoError(t, json.Unmarshal([]byte(report), &doc))
	require.NotEmpty(t, doc.Tables)
	return doc.Tables
}

package securitytest_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

// write puts text in a file of a folder of the test's own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const apiConfig = `
extensions: {ledger_api: {endpoint: "${env:API}", store: "${env:STORE}"}}
receivers: {otlp: {protocols: {http: {endpoint: "${env:OTLP}"}}}}
exporters: {nop: {}}
service:
  extensions: [ledger_api]
  telemetry: {metrics: {level: none}}
  pipelines: {traces: {receivers: [otlp], exporters: [nop]}}
`

// api is the built collector with the ledger API alone.
func api(t *testing.T, store string) (url, otlp string) {
	t.Helper()
	address, otlp := parts.FreeAddr(t), parts.FreeAddr(t)
	process := parts.Run(t, parts.Spanledger(t), []string{"API=" + address, "OTLP=" + otlp, "STORE=" + store}, "collector", "--config", write(t, "api.yaml", apiConfig))
	process.Ready(t, "http://"+address+"/v1/openapi.yaml", otlp)
	return "http://" + address, otlp
}

func TestLedgerAPI_BeyondLoopbackAsksForATokenOrDoesNotStart(t *testing.T) {
	binary, store := parts.Spanledger(t), "duckdb://"+filepath.Join(t.TempDir(), "ledger.duckdb")
	cmd := exec.CommandContext(t.Context(), binary, "collector", "--config", write(t, "api.yaml", apiConfig))
	cmd.Env = append(os.Environ(), "API=0.0.0.0:0", "OTLP=127.0.0.1:0", "STORE="+store)
	said, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "everyone who reaches it could read the ledger: set token")
	require.Contains(t, string(said), "set insecure to true")

	_, port, _ := net.SplitHostPort(parts.FreeAddr(t))
	process := parts.Run(t, binary, nil, "up", "--data", t.TempDir(), "--listen", "0.0.0.0", "--grpc-port", "0", "--http-port", "0", "--prometheus-port", "0", "--api-port", port)
	var token string
	require.Eventually(t, func() bool {
		_, after, found := strings.Cut(process.Log(t), "SPANLEDGER_TOKEN=")
		token, _, _ = strings.Cut(after, "\n")
		return found
	}, time.Minute, 100*time.Millisecond, "a token is made and said")
	process.Listens(t, "127.0.0.1:"+port)
	ask := func(token string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/v1/reports/cost", nil)
		require.NoError(t, err)
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	assert.Equal(t, http.StatusUnauthorized, ask(""))
	assert.Equal(t, http.StatusUnauthorized, ask("another"))
	assert.Equal(t, http.StatusOK, ask(token))
}

func TestLedgerAPI_RefusesForeignNamesAndHalfAHeader(t *testing.T) {
	url, otlp := api(t, "duckdb://"+filepath.Join(t.TempDir(), "ledger.duckdb"))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v1/reports/cost", nil)
	require.NoError(t, err)
	request.Host = "ledger.attacker.example"
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusForbidden, response.StatusCode)

	for name, address := range map[string]string{"the ledger API": strings.TrimPrefix(url, "http://"), "OTLP over HTTP": otlp} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
			_, err = io.Copy(io.Discard, conn)
			require.NoError(t, err, "the server ends the connection")
		})
	}
}

func TestReport_AnswersWithinTenSecondsWhileTheStoreIsStopped(t *testing.T) {
	server := clickhousetest.Start(t)
	dsn := server.DSN("ledger")
	binary := parts.Spanledger(t)
	url, _ := api(t, dsn)
	fetch := func(path string) (int, string) {
		response, err := http.Get(url + path)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}
	fetch("/v1/reports/cost") // its connection is kept
	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(server.PID(), syscall.SIGCONT) })
	for _, path := range []string{"/v1/reports/cost", "/v1/reports/summary", "/v1/overview"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			status, body := fetch(path)
			assert.GreaterOrEqual(t, status, http.StatusInternalServerError, body)
			assert.Less(t, time.Since(begun), 10*time.Second, body)
		})
	}
	t.Run("spanledger report", func(t *testing.T) {
		t.Parallel()
		begun := time.Now()
		said, err := exec.CommandContext(t.Context(), binary, "report", "cost", "--store", dsn).CombinedOutput()
		assert.Error(t, err)
		assert.Contains(t, string(said), "the server has sent nothing for 8s")
		assert.Less(t, time.Since(begun), 10*time.Second, string(said))
		t.Logf("after %s: %s", time.Since(begun).Round(100*time.Millisecond), said)
	})
}

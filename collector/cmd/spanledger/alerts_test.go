package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/parts"
)

// startAlertmanager runs the real one with routes as shipped and receivers that
// answer with status.
func startAlertmanager(t *testing.T, status int) string {
	t.Helper()
	program := parts.Find(t, parts.Alertmanager)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
	}))
	t.Cleanup(receiver.Close)
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
global: {slack_api_url: %[1]s, pagerduty_url: %[1]s}
route:
  receiver: slack
  group_wait: 1s
  routes:
    - {receiver: pagerduty, matchers: [severity = critical], continue: true}
    - {receiver: slack}
receivers:
  - {name: slack, slack_configs: [{channel: "#test"}]}
  - {name: pagerduty, pagerduty_configs: [{routing_key: "0123456789abcdef0123456789abcdef"}]}
`, receiver.URL), 0o600))
	addr := parts.FreeAddr(t)
	p := parts.Run(t, program, nil, "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+addr, "--cluster.listen-address=")
	p.Ready(t, "http://"+addr+"/-/ready")
	return "http://" + addr
}

func runAlertsTest(t *testing.T, args ...string) (string, int) {
	t.Helper()
	root := newRootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	code := execute(t.Context(), root, append([]string{"alerts", "test"}, args...))
	return out.String(), code
}

func TestAlertsTestTellsWhoWasTold(t *testing.T) {
	out, code := runAlertsTest(t, "--severity", "warning", "--alertmanager", startAlertmanager(t, http.StatusOK))
	require.Equal(t, exitDone, code, out)
	require.Contains(t, out, "slack: 1 sent, 0 given up")
	require.NotContains(t, out, "pagerduty")

	out, code = runAlertsTest(t, "--severity", "critical", "--alertmanager", startAlertmanager(t, http.StatusOK))
	require.Equal(t, exitDone, code, out)
	require.Contains(t, out, "pagerduty: 1 sent, 0 given up")
	require.Contains(t, out, "slack: 1 sent, 0 given up")
}

func TestAlertsTestFailsWhenAReceiverRefuses(t *testing.T) {
	address := startAlertmanager(t, http.StatusForbidden)
	out, code := runAlertsTest(t, "--severity", "warning", "--alertmanager", address)
	require.Equal(t, exitFailed, code, out)
	require.Contains(t, out, "alertmanager gave up on slack")
	require.Contains(t, out, "check the secret file")
}

func TestAlertsTestNamesWhatIsWrongWithItsFlags(t *testing.T) {
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"a severity nobody routes":   {[]string{"--severity", "loud"}, exitUsage, `--severity "loud": expected warning or critical`},
		"no time to wait":            {[]string{"--wait", "0s"}, exitUsage, "--wait 0s: expected a time above zero"},
		"no address":                 {[]string{"--alertmanager", "localhost"}, exitUsage, "expected http://host:port"},
		"nobody listens at the port": {[]string{"--alertmanager", "http://" + parts.FreeAddr(t)}, exitFailed, "--alertmanager names another address"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out, code := runAlertsTest(t, c.args...)
			require.Equal(t, c.code, code, out)
			require.Contains(t, out, c.says)
		})
	}
}

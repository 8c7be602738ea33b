package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/alertmanager"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// startAlertmanager runs the real one as shipped, with receivers that answer
// with status.
func startAlertmanager(t *testing.T, status int) string {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
	}))
	t.Cleanup(receiver.Close)
	return stacktest.StartAlertmanager(t, stacktest.Receivers{Slack: receiver.URL, PagerDuty: receiver.URL})
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

func TestAlertsTest_NamesTheReceivers(t *testing.T) {
	out, code := runAlertsTest(t, "--severity", "warning", "--alertmanager", startAlertmanager(t, http.StatusOK))
	require.Equal(t, exitDone, code, out)
	require.Contains(t, out, "slack: 1 sent, 0 given up")
	require.NotContains(t, out, "pagerduty")

	out, code = runAlertsTest(t, "--severity", "critical", "--alertmanager", startAlertmanager(t, http.StatusOK))
	require.Equal(t, exitDone, code, out)
	require.Contains(t, out, "pagerduty: 1 sent, 0 given up")
	require.Contains(t, out, "slack: 1 sent, 0 given up")
}

func TestAlertsTest_FailsWhenAReceiverRefuses(t *testing.T) {
	address := startAlertmanager(t, http.StatusForbidden)
	out, code := runAlertsTest(t, "--severity", "warning", "--alertmanager", address)
	require.Equal(t, exitFailed, code, out)
	require.Contains(t, out, "alertmanager gave up on slack")
	require.Contains(t, out, "check the secret file")
}

func TestAlertsTest_IgnoresMessagesOfOtherAlerts(t *testing.T) {
	address := startAlertmanager(t, http.StatusOK)
	client, err := alertmanager.New(address)
	require.NoError(t, err)
	others, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for i := 0; others.Err() == nil; i++ {
			_ = client.Post(others, alertmanager.Alert{Labels: map[string]string{"alertname": fmt.Sprint("Other", i), "severity": "warning"}})
			time.Sleep(50 * time.Millisecond)
		}
	}()
	begin := time.Now()
	out, code := runAlertsTest(t, "--severity", "warning", "--alertmanager", address)
	require.Equal(t, exitDone, code, out)
	require.GreaterOrEqual(t, time.Since(begin), time.Second, "Alertmanager holds a new alert for group_wait")
}

func TestAlertsTest_NamesWrongFlags(t *testing.T) {
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"a severity nobody routes":   {[]string{"--severity", "loud"}, exitUsage, `--severity "loud": expected warning or critical`},
		"less time than group_wait":  {[]string{"--wait", "1s", "--alertmanager", startAlertmanager(t, http.StatusOK)}, exitUsage, "--wait 1s: Alertmanager holds a new alert for up to 1s (group_wait), so wait at least 3s"},
		"no time to wait":            {[]string{"--wait", "0s"}, exitUsage, "--wait 0s: expected a time above zero"},
		"no address":                 {[]string{"--alertmanager", "localhost"}, exitUsage, "expected a URL such as http://127.0.0.1:9093"},
		"nobody listens at the port": {[]string{"--alertmanager", "http://" + parts.FreeAddr(t)}, exitFailed, "or name its address with --alertmanager"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out, code := runAlertsTest(t, c.args...)
			require.Equal(t, c.code, code, out)
			require.Contains(t, out, c.says)
		})
	}
}

package stacktest

import (
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// RoutingKey is the integration key in the secret file for PagerDuty.
const RoutingKey = "0123456789abcdef0123456789abcdef"

// Receivers replace those that Alertmanager tells.
type Receivers struct {
	Slack     string // URL
	PagerDuty string // URL of events.pagerduty.com
}

// StartAlertmanager runs the real one with the shipped configuration until the
// test ends, and returns its URL. Only what names the outside world is replaced,
// and the waits are shortened.
func StartAlertmanager(tb testing.TB, to Receivers) string {
	tb.Helper()
	program := parts.Find(tb, parts.Alertmanager)
	root, err := parts.Root()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	slack, pagerDuty, config := filepath.Join(dir, "slack"), filepath.Join(dir, "pagerduty"), filepath.Join(dir, "alertmanager.yml")
	write(tb, slack, to.Slack+"/services/T0/B0/secret")
	write(tb, pagerDuty, RoutingKey)
	write(tb, config, Replaced(tb, read(tb, root, "deploy", "alertmanager", "alertmanager.yml"),
		"/run/secrets/slack_webhook_url", slack,
		"/run/secrets/pagerduty_routing_key", pagerDuty,
		"https://events.pagerduty.com", to.PagerDuty,
		"/etc/alertmanager/templates", filepath.Join(root, "deploy", "alertmanager", "templates"),
		"group_wait: 30s", "group_wait: 1s",
		"group_wait: 10s", "group_wait: 1s",
		"group_interval: 5m", "group_interval: 1s",
	))
	address := parts.FreeAddr(tb)
	p := parts.Run(tb, program, nil,
		"--config.file="+config,
		"--storage.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address,
		"--cluster.listen-address=")
	p.Ready(tb, "http://"+address+"/-/ready")
	return "http://" + address
}

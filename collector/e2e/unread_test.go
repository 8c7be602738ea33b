package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// TestUnreadSpans_AreInTheCheckOfARunningCollector sends what no dialect reads to
// spanledger up, whose own metrics nothing collects.
func TestUnreadSpans_AreInTheCheckOfARunningCollector(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs: -short leaves it out")
	}
	program, dir := parts.Spanledger(t), t.TempDir()
	otlp, api, metrics := port(t), port(t), port(t)
	up := parts.Run(t, program, nil, "up", "--data", filepath.Join(dir, "spanledger-data"),
		"--grpc-port=0", "--http-port="+otlp, "--api-port="+api, "--prometheus-port="+metrics)
	up.Ready(t, "http://127.0.0.1:"+metrics+"/metrics", "127.0.0.1:"+otlp)
	check := func() string {
		got := run(t, dir, program, "check", "--server", "http://127.0.0.1:"+api, "--format", "json")
		return got.stdout
	}
	eventually(t, "the check has no finding", func() error {
		if text := check(); !strings.Contains(text, "every span that looks like an LLM call was recognized") {
			return errors.New(text)
		}
		return nil
	})

	now := time.Now().UnixNano()
	resp, err := http.Post("http://127.0.0.1:"+otlp+"/v1/traces", "application/json", strings.NewReader(fmt.Sprintf(
		`{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"odd.emitter"},"spans":[{"traceId":"0dd00000000000000000000000000001","spanId":"0dd0000000000001",
		"name":"ponder","startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"ponder"}},
		{"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}}]}]}]}]}`, now, now+1)))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	eventually(t, "the check names the instrumentation", func() error {
		if text := check(); !strings.Contains(text, "most of odd.emitter (unknown_operation)") {
			return errors.New(text)
		}
		return nil
	})
}

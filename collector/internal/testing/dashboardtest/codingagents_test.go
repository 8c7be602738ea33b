package dashboardtest

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// codingFixtures are the recordings that the normaliser is tested with.
const codingFixtures = "../../../processor/genainormalizerprocessor/testdata/dialects"

// sendCodingAgents sends what coding agents report, as of a few seconds from now, so
// that it falls into the time of the demo that follows.
func sendCodingAgents(t *testing.T, s *stacktest.Stack) {
	t.Helper()
	at := pcommon.NewTimestampFromTime(time.Now().Add(10 * time.Second))
	for _, agent := range []string{"claude-code", "codex", "gemini-cli", "github-copilot"} {
		if raw, err := os.ReadFile(filepath.Join(codingFixtures, agent, "traces.json")); err == nil {
			td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
			require.NoError(t, err)
			for _, rs := range td.ResourceSpans().All() {
				for _, ss := range rs.ScopeSpans().All() {
					for _, span := range ss.Spans().All() {
						span.SetStartTimestamp(at - pcommon.Timestamp(time.Second))
						span.SetEndTimestamp(at)
					}
				}
			}
			body, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
			require.NoError(t, err)
			post(t, s, "/v1/traces", body)
		}
		if raw, err := os.ReadFile(filepath.Join(codingFixtures, agent, "logs.json")); err == nil {
			ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(raw)
			require.NoError(t, err)
			for _, rl := range ld.ResourceLogs().All() {
				for _, sl := range rl.ScopeLogs().All() {
					for _, record := range sl.LogRecords().All() {
						record.SetTimestamp(at)
					}
				}
			}
			body, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
			require.NoError(t, err)
			post(t, s, "/v1/logs", body)
		}
	}
}

// sendUnread sends a span with a model and a provider, of an operation that no one
// knows.
func sendUnread(t *testing.T, s *stacktest.Stack) {
	t.Helper()
	td := ptrace.NewTraces()
	scope := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	scope.Scope().SetName("acme.llm")
	span := scope.Spans().AppendEmpty()
	span.SetTraceID([16]byte{0xac})
	span.SetSpanID([8]byte{0xac})
	span.SetName("brew")
	require.NoError(t, span.Attributes().FromRaw(map[string]any{
		"gen_ai.operation.name": "brew", "gen_ai.provider.name": "acme", "gen_ai.request.model": "acme-1",
	}))
	body, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	post(t, s, "/v1/traces", body)
}

func post(t *testing.T, s *stacktest.Stack, path string, body []byte) {
	t.Helper()
	url := strings.Replace(s.OTLP, ":4317", ":4318", 1) + path
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

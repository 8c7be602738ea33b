package logstest

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// standIn takes logs over OTLP as Loki and Elasticsearch document it, once it
// has been unavailable for one request.
type standIn struct {
	path   string
	header http.Header

	mu       sync.Mutex
	requests int
	bodies   []string
	problems []string
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.requests == 1 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	problem := func(text string) { s.problems = append(s.problems, text) }
	if r.Method != http.MethodPost || r.URL.Path != s.path {
		problem(r.Method + " " + r.URL.Path)
	}
	for name := range s.header {
		if got := r.Header.Get(name); got != s.header.Get(name) {
			problem(name + ": " + got)
		}
	}
	if got := r.Header.Get("Content-Type"); got != "application/x-protobuf" {
		problem("content type " + got)
	}
	reader := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		inflated, err := gzip.NewReader(r.Body)
		if err != nil {
			problem(err.Error())
			return
		}
		reader = inflated
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		problem(err.Error())
		return
	}
	req := plogotlp.NewExportRequest()
	if err := req.UnmarshalProto(body); err != nil {
		problem(err.Error())
		return
	}
	for _, resource := range req.Logs().ResourceLogs().All() {
		service, _ := resource.Resource().Attributes().Get("service.name")
		for _, scope := range resource.ScopeLogs().All() {
			for _, l := range scope.LogRecords().All() {
				s.bodies = append(s.bodies, service.Str()+" "+l.TraceID().String()+" "+l.Body().AsString())
				if _, said := l.Attributes().Get("gen_ai.input.messages"); said {
					problem("content came through")
				}
			}
		}
	}
	answer, err := plogotlp.NewExportResponse().MarshalProto()
	if err != nil {
		problem(err.Error())
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(answer)
}

func TestLogRecords_ReachOtherStores(t *testing.T) {
	key := filepath.Join(t.TempDir(), "api-key")
	require.NoError(t, os.WriteFile(key, []byte("c2VjcmV0"), 0o600))
	for name, test := range map[string]struct {
		overlay, variable, base string
		store                   *standIn
	}{
		"Loki": {"logs-loki.yaml", "LOKI_ENDPOINT", "/otlp",
			&standIn{path: "/otlp/v1/logs", header: http.Header{"X-Scope-Orgid": {"spanledger"}}}},
		"Elasticsearch": {"logs-elasticsearch.yaml", "ELASTIC_OTLP_ENDPOINT", "/_otlp",
			&standIn{path: "/_otlp/v1/logs", header: http.Header{"Authorization": {"ApiKey c2VjcmV0"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.store)
			t.Cleanup(server.Close)
			t.Setenv(test.variable, server.URL+test.base)
			t.Setenv("ELASTIC_API_KEY_FILE", key)
			collector := collect(t, "", test.overlay)

			ld := plog.NewLogs()
			resource := ld.ResourceLogs().AppendEmpty()
			resource.Resource().Attributes().PutStr("service.name", "intake")
			l := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
			l.SetTraceID(pcommon.TraceID{15: 1})
			l.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
			l.Body().SetStr("no such policy")
			l.Attributes().PutStr("gen_ai.input.messages", "secret")
			send(t, client(t, collector), ld)
			require.EventuallyWithT(t, func(t *assert.CollectT) {
				test.store.mu.Lock()
				defer test.store.mu.Unlock()
				assert.Equal(t, []string{"intake 00000000000000000000000000000001 no such policy"}, test.store.bodies)
				assert.Equal(t, 2, test.store.requests, "it was unavailable at first")
			}, 60*time.Second, 100*time.Millisecond)
			assert.Empty(t, test.store.problems)
		})
	}
}

package logstest

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"

	"github.com/spanledger/spanledger/collector/internal/demo"
	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/tracing/setup"
)

// recorder is between the application and the collector: it hands log
// records on, and keeps what was acknowledged.
type recorder struct {
	plogotlp.UnimplementedGRPCServer
	next plogotlp.GRPCClient

	mu   sync.Mutex
	sent []plog.Logs
}

func (r *recorder) Export(ctx context.Context, req plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	kept := plog.NewLogs()
	req.Logs().CopyTo(kept)
	resp, err := r.next.Export(ctx, req)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sent = append(r.sent, kept)
	}
	return resp, err
}

// record starts a recorder in front of the collector and returns its URL.
func record(t *testing.T, collector string) (*recorder, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &recorder{next: client(t, collector)}
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, r)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return r, "http://" + listener.Addr().String()
}

// together is everything that was sent, as one batch.
func (r *recorder) together() plog.Logs {
	all := plog.NewLogs()
	for _, ld := range r.sent {
		for _, resource := range ld.ResourceLogs().All() {
			resource.CopyTo(all.ResourceLogs().AppendEmpty())
		}
	}
	return all
}

// unmatched counts calls without exactly one record of their own, and records of
// no call. An agent's total over its calls has a row too, and is not billed.
const unmatched = `SELECT count() FROM (
	SELECT trace_id, span_id, sum(is_call) AS calls, sum(is_log) AS logs FROM (
		SELECT trace_id, span_id, 1 AS is_call, 0 AS is_log FROM llm_calls WHERE billable
		UNION ALL
		SELECT trace_id, span_id, 0, 1 FROM logs WHERE kind = 'call'
	) GROUP BY trace_id, span_id
) WHERE calls != 1 OR logs != 1`

// disagreeing counts calls whose record says something else than their row.
const disagreeing = `SELECT count() FROM llm_calls AS c JOIN logs AS l ON l.trace_id = c.trace_id AND l.span_id = c.span_id
WHERE l.kind = 'call' AND (l.user_id != c.user_id OR l.department != c.department OR l.application != c.application
	OR l.error_type != c.error_type OR l.model != if(c.response_model = '', c.request_model, c.response_model)
	OR l.service != c.service OR l.agent != c.agent)`

// TestLogRecords_EveryCallHasOneAndARow works as the demo does, into the real
// ClickHouse, and then delivers all its log records again in other batches.
func TestLogRecords_EveryCallHasOneAndARow(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a ClickHouse of its own")
	}
	server := clickhousetest.Start(t)
	collector := collect(t, server.DSN("spanledger"))
	query := func(t require.TestingT, statement string) string {
		answer, err := server.QueryIn(context.Background(), "spanledger", statement)
		require.NoError(t, err)
		return strings.TrimSpace(answer)
	}

	options, err := demo.VendorOptions("errors", 1)
	require.NoError(t, err)
	vendor, err := fakevendor.Start(t.Context(), options)
	require.NoError(t, err)
	defer func() { require.NoError(t, vendor.Close()) }()
	between, url := record(t, collector)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+collector)
	t.Setenv("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", url)
	flush, err := setup.Start(t.Context(), setup.WithServiceName("logstest"))
	require.NoError(t, err)
	_, err = demo.Run(t.Context(), demo.Options{OpenAIURL: vendor.OpenAIURL(), AnthropicURL: vendor.AnthropicURL(), Limit: 12, Seed: 1})
	require.NoError(t, err)
	require.NoError(t, flush(t.Context()))
	served := len(vendor.Served())
	require.Positive(t, served)

	settled := func(message string) {
		t.Helper()
		require.EventuallyWithT(t, func(t *assert.CollectT) {
			require.Equal(t, query(t, "SELECT count() FROM llm_calls WHERE billable"), query(t, "SELECT count() FROM logs WHERE kind = 'call'"))
			require.Equal(t, "0", query(t, unmatched))
		}, 60*time.Second, 200*time.Millisecond, message)
	}
	settled("one record for each call")
	require.Equal(t, "0", query(t, disagreeing))
	failed := query(t, "SELECT count() FROM llm_calls WHERE billable AND is_error")
	require.NotEqual(t, "0", failed)
	const exceptions = "SELECT count() FROM logs WHERE event_name = 'gen_ai.client.operation.exception' AND message != ''"
	require.EventuallyWithT(t, func(t *assert.CollectT) { assert.Equal(t, failed, query(t, exceptions)) },
		30*time.Second, 200*time.Millisecond, "a failed call has an event that says why")

	doc, err := os.ReadFile("../../../../docs/logs.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(doc), "```sql\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	require.Contains(t, query(t, example), "WARN", "the query of docs/logs.md finds the latest errors")

	before := query(t, "SELECT count() FROM logs")
	for range 2 {
		send(t, client(t, collector), between.together())
	}
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		assert.EqualValues(t, 3*between.together().LogRecordCount(), rowsWritten(t, collector))
	}, 60*time.Second, 200*time.Millisecond, "all of it is stored once more")
	require.Equal(t, before, query(t, "SELECT count() FROM logs"), "delivered again, and still once")
	settled("still one record for each call")
}

// rowsWritten is how many log records the collector says its store has
// acknowledged, those it had already included.
func rowsWritten(t require.TestingT, collector string) int64 {
	host, _, err := net.SplitHostPort(collector)
	require.NoError(t, err)
	resp, err := http.Get("http://" + host + ":8888/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "otelcol_exporter_cost_ledger_rows_written") && strings.Contains(line, `table="logs"`) {
			_, value, _ := strings.Cut(line, "} ")
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(t, err)
			return int64(n)
		}
	}
	return 0
}

package costledgerexporter

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// vendorResults are answers of vendors that the providers' own tests read.
var vendorResults = filepath.Join("..", "..", "..", "instrumentation", "internal", "provider")

// TestBatch_IsBilledOnceWhicheverProgramsDownloadIt downloads the same results
// through transports of their own, as programs do that know nothing of each
// other, and sends the spans over OTLP.
func TestBatch_IsBilledOnceWhicheverProgramsDownloadIt(t *testing.T) {
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		provider := "openai"
		if strings.HasPrefix(r.URL.Path, "/v1/messages/") {
			provider = "anthropic"
		}
		http.ServeFile(w, r, filepath.Join(vendorResults, provider, "testdata", "batch_results", "response.jsonl"))
	}))
	t.Cleanup(vendor.Close)
	for name, open := range map[string]func(t *testing.T) string{
		"duckdb": duckDB,
		"clickhouse": func(t *testing.T) string {
			server, database := clickhousetest.Shared(t)
			return server.DSN(database)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, open(t))
			otlp := receiver(t, pipeline(t, e))
			var first ledger.Totals
			for program := range 3 {
				collectBatch(t, otlp, vendor, "http://api.anthropic.com/v1/messages/batches/msgbatch_1/results")
				collectBatch(t, otlp, vendor, "http://api.openai.com/v1/files/file-1/content")
				groups, err := e.store.Aggregate(t.Context(), ledger.Query{From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)})
				require.NoError(t, err)
				require.Len(t, groups, 1)
				if program == 0 {
					first = groups[0].Totals
					require.EqualValues(t, 5, first.Calls, "two of Anthropic, three of OpenAI")
					require.True(t, first.Cost.IsPos())
					continue
				}
				assert.Equal(t, first.Calls, groups[0].Totals.Calls)
				assert.Equal(t, first.Input, groups[0].Totals.Input)
				assert.Equal(t, first.Output, groups[0].Totals.Output)
				assert.Equal(t, first.Cost.String(), groups[0].Totals.Cost.String())
			}
		})
	}
}

// collectBatch is a program that downloads the results of a batch from the
// vendor, regardless of the host of the address, and ends.
func collectBatch(t *testing.T, otlp string, vendor *httptest.Server, url string) {
	t.Helper()
	exporter, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(otlp))
	require.NoError(t, err)
	spans := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	base := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, vendor.Listener.Addr().String())
	}}
	defer base.CloseIdleConnections()
	client := &http.Client{Transport: otelgenai.NewTransport(base,
		otelgenai.WithTracerProvider(spans),
		otelgenai.WithBatchResults(),
	)}
	resp, err := client.Get(url)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.NoError(t, spans.Shutdown(t.Context()))
}

// receiver takes OTLP over HTTP, and answers once next has taken it too.
func receiver(t *testing.T, next consumer.Traces) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		request := ptraceotlp.NewExportRequest()
		if err == nil {
			err = request.UnmarshalProto(body)
		}
		if err == nil {
			err = next.ConsumeTraces(r.Context(), request.Traces())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1/traces"
}

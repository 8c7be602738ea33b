package durability_test

import (
	"bytes"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// rawBytes sends what it is given as it is.
type rawBytes struct{}

var _ encoding.CodecV2 = rawBytes{}

func (rawBytes) Name() string { return "proto" }
func (rawBytes) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}
func (rawBytes) Unmarshal(mem.BufferSlice, any) error { return nil }

// oddSpans are well-formed messages that say what cannot be.
var oddSpans = map[string]func(ptrace.Span){
	"no-trace-id":      func(s ptrace.Span) { s.SetTraceID(pcommon.TraceID{}) },
	"no-span-id":       func(s ptrace.Span) { s.SetSpanID(pcommon.SpanID{}) },
	"no-start":         func(s ptrace.Span) { s.SetStartTimestamp(0) },
	"end-of-time":      func(s ptrace.Span) { s.SetStartTimestamp(math.MaxUint64); s.SetEndTimestamp(math.MaxUint64) },
	"ends-before":      func(s ptrace.Span) { s.SetEndTimestamp(1) },
	"negative-tokens":  func(s ptrace.Span) { s.Attributes().PutInt(string(semconv.UsageInputTokens), -5) },
	"endless-tokens":   func(s ptrace.Span) { s.Attributes().PutInt(string(semconv.UsageOutputTokens), math.MaxInt64) },
	"not-a-number":     func(s ptrace.Span) { s.Attributes().PutDouble(string(semconv.UsageInputTokens), math.NaN()) },
	"a-long-attribute": func(s ptrace.Span) { s.Attributes().PutStr("note", strings.Repeat("x", 1<<20)) },
	"no-text":          func(s ptrace.Span) { s.Attributes().PutStr("gen_ai.agent.name", "\xff\xfe") },
}

func TestMalformedOTLP_IsRefusedStoredOrDeadLettered(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the built collector")
	}
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	c := newCollector(t, dsn)
	web, metrics := parts.FreeAddr(t), parts.FreeAddr(t)
	host, port, _ := strings.Cut(metrics, ":")
	c.env = append(c.env, "DURABILITY_OTLP_HTTP="+web, "DURABILITY_METRICS_HOST="+host, "DURABILITY_METRICS_PORT="+port, "DURABILITY_METRICS=normal")
	c.start(t)
	e := newExporter(t, c.otlp)
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 100*time.Millisecond)
	c.process.Listens(t, web) // after OTLP over gRPC

	good, err := ptraceotlp.NewExportRequestFromTraces(calls(9, 9)).MarshalProto()
	require.NoError(t, err)
	for name, request := range map[string]struct {
		kind string
		body []byte
		want int
	}{
		"garbage":            {"application/x-protobuf", []byte("\xff\xff\xffnot a message"), http.StatusBadRequest},
		"cut short":          {"application/x-protobuf", good[:len(good)/2], http.StatusBadRequest},
		"no JSON":            {"application/json", []byte(`{"resourceSpans":[{`), http.StatusBadRequest},
		"ids that are none":  {"application/json", []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz","spanId":"1"}]}]}]}`), http.StatusBadRequest},
		"wrong content type": {"text/plain", good, http.StatusUnsupportedMediaType},
	} {
		response, err := http.Post("http://"+web+"/v1/traces", request.kind, bytes.NewReader(request.body))
		require.NoError(t, err, name)
		require.NoError(t, response.Body.Close())
		require.Equal(t, request.want, response.StatusCode, name)
		require.NoError(t, e.export(t.Context()), "after %s over HTTP", name)
	}
	conn, err := grpc.NewClient(c.otlp, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	for _, body := range [][]byte{[]byte("\xff\xff\xffnot a message"), good[:len(good)/2]} {
		err := conn.Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", body, nil, grpc.ForceCodecV2(rawBytes{}))
		require.NotEqual(t, codes.OK, status.Code(err))
		require.NotEqual(t, codes.Unavailable, status.Code(err), "%v: what is malformed is not to be sent again", err)
		require.NoError(t, e.export(t.Context()))
	}

	for name, spoil := range oddSpans {
		td := calls(100, 1)
		spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
		first := true
		spans.RemoveIf(func(ptrace.Span) bool { drop := !first; first = false; return drop })
		span := spans.At(0)
		var id pcommon.TraceID
		copy(id[:], name)
		span.SetTraceID(id)
		span.SetName(name)
		span.Attributes().PutStr(string(semconv.UserID), name)
		spoil(span)
		_, err := e.client.Export(t.Context(), ptraceotlp.NewExportRequestFromTraces(td))
		if err != nil {
			t.Logf("%s: %v", name, err)
		}
		require.NoError(t, e.export(t.Context()), "after %s", name)
	}
	body := func() string {
		response, err := http.Get("http://" + metrics + "/metrics")
		require.NoError(t, err)
		defer response.Body.Close()
		var b bytes.Buffer
		_, err = b.ReadFrom(response.Body)
		require.NoError(t, err)
		return b.String()
	}
	require.Eventually(t, func() bool {
		return strings.Contains(body(), "otelcol_exporter_cost_ledger_rows_dead_lettered")
	}, settled, 200*time.Millisecond)
	time.Sleep(2 * time.Second) // the last batch is written
	require.NoError(t, c.process.Stop(settled))

	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	groups, err := store.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByUser}})
	require.NoError(t, err)
	found := make(map[string]bool)
	for _, g := range groups {
		if g.Key[0] == "" {
			require.EqualValues(t, e.acknowledged, g.Totals.Calls, "every good call is there")
		}
		found[g.Key[0]] = true
	}
	letters, err := os.ReadFile(filepath.Join(strings.TrimPrefix(c.env[0], "DURABILITY_DATA="), "dead-letter.jsonl"))
	require.NoError(t, err)
	for name := range oddSpans {
		require.True(t, found[name] || strings.Contains(string(letters), name), "%s is neither in the ledger nor a dead letter", name)
	}
}

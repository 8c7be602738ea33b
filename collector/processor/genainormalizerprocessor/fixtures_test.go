package genainormalizerprocessor_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/connector/genailogsconnector"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var update = flag.Bool("update", false, "write the golden files of the normalised spans")

// billed is one line of a bill.json: what the vendor charges for, calculated by
// hand from the fixture and the catalogue.
type billed struct {
	Span       string `json:"span"`
	Provider   string `json:"provider"`
	Model      string `json:"model"`
	Input      int64  `json:"input"`
	Output     int64  `json:"output"`
	CacheRead  int64  `json:"cache_read"`
	CacheWrite int64  `json:"cache_write"`
	Cost       string `json:"cost"`
}

// TestDialects sends each dialect's telemetry through the normaliser and
// pricing: the spans must be as expected and the bill what the vendor charges.
func TestDialects(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("testdata", "dialects", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			spans := normalized(t, readFixture(t, folder))
			golden(t, filepath.Join(folder, "spans.golden"), render(spans))
			assert.Equal(t, readBill(t, filepath.Join(folder, "bill.json")), bill(spans))
		})
	}
}

// readFixture reads the traces of a dialect and the logs that mean calls.
func readFixture(t testing.TB, folder string) ptrace.Traces {
	t.Helper()
	all := ptrace.NewTraces()
	if path := filepath.Join(folder, "traces.json"); exists(path) {
		readTraces(t, path).ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
	}
	if path := filepath.Join(folder, "logs.json"); exists(path) {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(raw)
		require.NoError(t, err)
		factory := genailogsconnector.NewFactory()
		sink := new(consumertest.TracesSink)
		c, err := factory.CreateLogsToTraces(t.Context(), connectortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
		require.NoError(t, err)
		require.NoError(t, c.ConsumeLogs(t.Context(), ld))
		for _, td := range sink.AllTraces() {
			td.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
		}
	}
	require.Positive(t, all.SpanCount(), "the fixture holds nothing")
	return all
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readTraces(t testing.TB, path string) ptrace.Traces {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
	require.NoError(t, err)
	return td
}

func readBill(t *testing.T, path string) []billed {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	var lines []billed
	require.NoError(t, json.Unmarshal(raw, &lines))
	return lines
}

// normalized runs the two processors as a pipeline and returns the spans.
func normalized(t testing.TB, td ptrace.Traces) []ptrace.Span {
	t.Helper()
	sink := new(consumertest.TracesSink)
	priceFactory := genaicostprocessor.NewFactory()
	price, err := priceFactory.CreateTraces(t.Context(), processortest.NewNopSettings(priceFactory.Type()), priceFactory.CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, price.Start(t.Context(), componenttest.NewNopHost()))
	factory := genainormalizerprocessor.NewFactory()
	normalize, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), price)
	require.NoError(t, err)
	require.NoError(t, normalize.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, normalize.ConsumeTraces(t.Context(), td))
	require.NoError(t, normalize.Shutdown(t.Context()))
	require.NoError(t, price.Shutdown(t.Context()))

	var spans []ptrace.Span
	for _, td := range sink.AllTraces() {
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, span := range ss.Spans().All() {
					spans = append(spans, span)
				}
			}
		}
	}
	slices.SortFunc(spans, func(a, b ptrace.Span) int {
		return strings.Compare(a.SpanID().String(), b.SpanID().String())
	})
	return spans
}

// render writes one span a paragraph, attributes sorted. The catalogue's
// version and the line items are pricing's own business.
func render(spans []ptrace.Span) string {
	var b strings.Builder
	for _, span := range spans {
		fmt.Fprintf(&b, "%s %s\n", span.SpanID(), span.Name())
		var lines []string
		for key, v := range span.Attributes().All() {
			if key == string(semconv.CostCatalogVersion) || key == string(semconv.CostLineItems) {
				continue
			}
			lines = append(lines, fmt.Sprintf("    %s = %s\n", key, v.AsString()))
		}
		slices.Sort(lines)
		b.WriteString(strings.Join(lines, ""))
	}
	return b.String()
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), got)
}

// bill settles the spans and lists those that are billed.
func bill(spans []ptrace.Span) []billed {
	nodes := make([]settle.Node, len(spans))
	for i, span := range spans {
		nodes[i] = settle.Node{
			Trace: ledger.TraceID(span.TraceID()), Span: ledger.SpanID(span.SpanID()), Parent: ledger.SpanID(span.ParentSpanID()),
			Start: span.StartTimestamp().AsTime(), Claim: text(span, semconv.Claim), ResponseID: text(span, semconv.ResponseID),
			Input: count(span, semconv.UsageInputTokens), Output: count(span, semconv.UsageOutputTokens),
			Failed: span.Status().Code() == ptrace.StatusCodeError,
		}
		nodes[i].Counted = nodes[i].Input+nodes[i].Output > 0
	}
	lines := []billed{}
	for i, carries := range settle.Bill(nodes) {
		if !carries {
			continue
		}
		span := spans[i]
		model := text(span, semconv.ResponseModel)
		if model == "" {
			model = text(span, semconv.RequestModel)
		}
		cost := text(span, semconv.CostAmount)
		if cost == "" {
			cost = "0"
		}
		lines = append(lines, billed{
			Span: span.SpanID().String(), Provider: text(span, semconv.ProviderName), Model: model,
			Input: nodes[i].Input, Output: nodes[i].Output,
			CacheRead:  count(span, semconv.UsageCacheReadInputTokens),
			CacheWrite: count(span, semconv.UsageCacheWriteInputTokens), Cost: cost,
		})
	}
	return lines
}

type key interface{ ~string }

func text[K key](span ptrace.Span, k K) string {
	v, ok := span.Attributes().Get(string(k))
	if !ok || v.Type() != pcommon.ValueTypeStr {
		return ""
	}
	return v.Str()
}

func count[K key](span ptrace.Span, k K) int64 {
	v, ok := span.Attributes().Get(string(k))
	if !ok || v.Type() != pcommon.ValueTypeInt {
		return 0
	}
	return v.Int()
}

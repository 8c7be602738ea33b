package costledgerexporter

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestCounts_MeanTheSameToPriceMetricAndRow sends one value as a count to the
// three that read it, each on its own.
func TestCounts_MeanTheSameToPriceMetricAndRow(t *testing.T) {
	for name, tt := range map[string]struct {
		value  any
		reason string
	}{
		"a whole number":        {int64(7), ""},
		"a whole double":        {7.0, ""},
		"below zero":            {int64(-1), "negative_usage"},
		"a fraction":            {1.5, "malformed_usage"},
		"not a number":          {math.NaN(), "malformed_usage"},
		"a text":                {"7", "malformed_usage"},
		"above 2^40":            {int64(1<<40 + 1), "usage_too_large"},
		"a double above 2^53":   {1e300, "usage_too_large"},
		"a list":                {[]any{int64(7)}, "malformed_usage"},
		"the smallest possible": {int64(math.MinInt64), "negative_usage"},
	} {
		t.Run(name, func(t *testing.T) {
			td := ptrace.NewTraces()
			span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
			newChat(span, 0)
			span.Attributes().PutInt(string(usage.Output.Key()), 3)
			require.NoError(t, span.Attributes().PutEmpty(string(usage.Input.Key())).FromRaw(tt.value))

			row := rowOf(t, span)
			tokens := tokensCounted(t, td)
			priced := pricedOf(t, td).At(0)

			assert.Equal(t, tt.reason, row.Cost.Reason, "the row")
			reason, _ := priced.Attributes().Get(string(semconv.CostReason))
			if tt.reason == "" {
				assert.Equal(t, int64(7), row.Usage[usage.Input])
				assert.Equal(t, int64(7+3), tokens)
				_, unpriced := priced.Attributes().Get(string(semconv.CostReason))
				assert.False(t, unpriced)
				return
			}
			assert.Equal(t, "invalid", row.Cost.Status)
			assert.Zero(t, row.Usage[usage.Input])
			assert.Zero(t, tokens, "the metric")
			assert.Equal(t, tt.reason, reason.Str(), "the price")
			assert.Equal(t, tt.reason, rowOf(t, priced).Cost.Reason, "the row of the priced span")
		})
	}
}

// TestCounts_OfEveryFieldMeanTheSameToPriceMetricAndRow sends every value that is no count
// under every key of every field.
func TestCounts_OfEveryFieldMeanTheSameToPriceMetricAndRow(t *testing.T) {
	malformed := map[string]any{
		"a fraction": 1.5, "a fraction below zero": -0.5, "not a number": math.NaN(), "a text": "7", "a flag": true,
		"an empty value": nil, "a list": []any{int64(7)}, "an object": map[string]any{"n": int64(7)}, "bytes": []byte("7"),
	}
	type sent struct{ field, key, value, reason string }
	var all []sent
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for f := range usage.NumFields {
		values := map[string]map[string]any{
			"malformed_usage": malformed,
			"negative_usage":  {"below zero": int64(-1), "the smallest possible": int64(math.MinInt64), "a double below zero": -1e300},
			"usage_too_large": {"one too many": f.Max() + 1, "a double that is one too many": float64(f.Max() + 1), "above 2^53": 1e300, "infinity": math.Inf(1)},
		}
		other := usage.Output // which is right, and no part of f
		if f == usage.Output {
			other = usage.Input
		}
		keys := []string{string(f.Key())}
		for _, alias := range f.Aliases() {
			keys = append(keys, usage.Prefix+alias)
		}
		for _, key := range keys {
			for reason, shapes := range values {
				for name, value := range shapes {
					span := spans.AppendEmpty()
					newChat(span, len(all))
					span.Attributes().PutInt(string(other.Key()), 3)
					require.NoError(t, span.Attributes().PutEmpty(key).FromRaw(value))
					all = append(all, sent{f.Name(), key, name, reason})
				}
			}
		}
	}
	require.Greater(t, len(all), 36*16)

	for i, s := range all {
		row := rowOf(t, spans.At(i))
		f, _ := usage.ByName(s.field)
		assert.Equal(t, s.reason, row.Cost.Reason, "the row of %v", s)
		assert.Equal(t, "invalid", row.Cost.Status, "the row of %v", s)
		assert.Zero(t, row.Usage[f], "the row of %v", s)
	}
	assert.Zero(t, tokensCounted(t, td), "the metric")
	for i, span := range pricedOf(t, td).All() {
		reason, _ := span.Attributes().Get(string(semconv.CostReason))
		assert.Equal(t, all[i].reason, reason.Str(), "the price of %v", all[i])
		assert.Equal(t, all[i].reason, rowOf(t, span).Cost.Reason, "the row of the priced span of %v", all[i])
	}
}

// newChat makes a span that of a call without usage.
func newChat(span ptrace.Span, number int) {
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{1, byte(number >> 8), byte(number)})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)))
	attrs := span.Attributes()
	attrs.PutStr(string(semconv.SpanRole), semconv.RoleLLM)
	attrs.PutBool(string(semconv.Billable), true)
	attrs.PutStr(string(semconv.Claim), semconv.ClaimTransport)
	attrs.PutStr(string(semconv.OperationName), "chat")
	attrs.PutStr(string(semconv.ProviderName), "openai")
	attrs.PutStr(string(semconv.RequestModel), "gpt-5")
}

func rowOf(t *testing.T, span ptrace.Span) *ledger.Call {
	t.Helper()
	b := rows.NewBuilder()
	b.Begin(time.Now())
	require.NoError(t, b.Add(rows.NewResource(pcommon.NewMap()), span))
	require.Len(t, b.Batch.Calls, 1)
	return &b.Batch.Calls[0]
}

func pricedOf(t *testing.T, td ptrace.Traces) ptrace.SpanSlice {
	t.Helper()
	factory := genaicostprocessor.NewFactory()
	sink := new(consumertest.TracesSink)
	p, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, p.ConsumeTraces(t.Context(), td))
	require.NoError(t, p.Shutdown(t.Context()))
	return sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans()
}

// tokensCounted sums the points of spanledger.tokens.
func tokensCounted(t *testing.T, td ptrace.Traces) (sum int64) {
	t.Helper()
	factory := genaimetricsconnector.NewFactory()
	sink := new(consumertest.MetricsSink)
	c, err := factory.CreateTracesToMetrics(t.Context(), connectortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.ConsumeTraces(t.Context(), td))
	require.NoError(t, c.Shutdown(t.Context()))
	calls := false
	for _, md := range sink.AllMetrics() {
		for _, resource := range md.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, m := range scope.Metrics().All() {
					calls = calls || m.Name() == "spanledger.calls"
					if m.Name() != "spanledger.tokens" || m.Type() != pmetric.MetricTypeSum {
						continue
					}
					for _, point := range m.Sum().DataPoints().All() {
						sum += point.IntValue()
					}
				}
			}
		}
	}
	require.True(t, calls, "the call is counted")
	return sum
}

package genaimetricsconnector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadata"
)

// evaluation fills the attributes of an evaluation event.
func evaluation(attrs pcommon.Map, name, label string, score float64) {
	attrs.PutStr("gen_ai.evaluation.name", name)
	if label != "" {
		attrs.PutStr("gen_ai.evaluation.score.label", label)
	}
	if score >= 0 {
		attrs.PutDouble("gen_ai.evaluation.score.value", score)
	}
}

func TestEvaluations_AreCountedFromLogsAndFromSpans(t *testing.T) {
	sink := new(consumertest.MetricsSink)
	cfg := createDefaultConfig().(*Config)
	cfg.Limits.Values = 3
	d, err := newDeriver(connectortest.NewNopSettings(metadata.Type), cfg, sink)
	require.NoError(t, err)

	ld := plog.NewLogs()
	resource := ld.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "intake-bot")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for i, label := range []string{"pass", "Passed", "fail", "7 of 10", "9 of 10"} {
		record := records.AppendEmpty()
		record.SetEventName("gen_ai.evaluation.result")
		record.SetTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_800_000_000+int64(i), 0)))
		evaluation(record.Attributes(), "relevance", label, 0.5)
	}
	failed := records.AppendEmpty()
	failed.SetEventName("gen_ai.evaluation.result")
	evaluation(failed.Attributes(), "relevance", "", -1)
	failed.Attributes().PutStr("error.type", "timeout")
	records.AppendEmpty().SetEventName("spanledger.outcome") // none
	require.NoError(t, d.ConsumeLogs(t.Context(), ld))

	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.Attributes().PutStr("gen_ai.response.model", "gpt-5")
	event := span.Events().AppendEmpty()
	event.SetName("gen_ai.evaluation.result")
	evaluation(event.Attributes(), "tone", "", 0.75)
	require.NoError(t, d.ConsumeTraces(t.Context(), td))

	require.NoError(t, d.flush(t.Context(), d.calls.release))
	counts, scores := map[string]int64{}, map[string]float64{}
	for _, md := range sink.AllMetrics() {
		for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			switch m.Name() {
			case metricEvaluations:
				for _, dp := range m.Sum().DataPoints().All() {
					counts[series(dp.Attributes())] = dp.IntValue()
				}
			case metricScores:
				for _, dp := range m.Histogram().DataPoints().All() {
					scores[series(dp.Attributes())] += dp.Sum()
				}
				assert.Equal(t, pmetric.AggregationTemporalityCumulative, m.Histogram().AggregationTemporality())
			}
		}
	}
	assert.Equal(t, map[string]int64{
		"relevance pass pass intake-bot  logs":    1,
		"relevance Passed pass intake-bot  logs":  1,
		"relevance fail fail intake-bot  logs":    1,
		"relevance (other) open intake-bot  logs": 2,
		"relevance  error intake-bot  logs":       1,
		"tone  open (unattributed) gpt-5 traces":  1,
	}, counts)
	assert.InDelta(t, 1.0, scores["relevance (other) open intake-bot  logs"], 1e-9)
	assert.InDelta(t, 0.75, scores["tone  open (unattributed) gpt-5 traces"], 1e-9)
}

func series(attrs pcommon.Map) (name string) {
	for i, key := range []string{"evaluation", "label", "result", "application", "model", "signal"} {
		if i > 0 {
			name += " "
		}
		if v, ok := attrs.Get(key); ok {
			name += v.Str()
		}
	}
	return name
}

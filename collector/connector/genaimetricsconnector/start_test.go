package genaimetricsconnector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// starts are the start times of every point, by metric and labels.
func starts(md pmetric.Metrics) map[string]time.Time {
	all := map[string]time.Time{}
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		switch m.Type() {
		case pmetric.MetricTypeSum:
			for _, dp := range m.Sum().DataPoints().All() {
				all[m.Name()+" "+labelText(dp.Attributes())] = dp.StartTimestamp().AsTime()
			}
		case pmetric.MetricTypeHistogram:
			for _, dp := range m.Histogram().DataPoints().All() {
				all[m.Name()+" "+labelText(dp.Attributes())] = dp.StartTimestamp().AsTime()
			}
		}
	}
	return all
}

// A receiver that knows the start takes the value before it for zero. Started
// with the call before, the first cached tokens would look hours old.
func TestSeries_EveryFigureStartsWithItsFirstMeasurement(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	first := time.Unix(1000, 0).UTC()
	d.now = func() time.Time { return first }
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"gen_ai.usage.cache_read.input_tokens": int64(0)}))))
	before := starts(d.state.emitted(first, true))

	second := first.Add(time.Hour)
	d.now = func() time.Time { return second }
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"gen_ai.response.time_to_first_chunk": 0.1}))))
	after := starts(d.state.emitted(second, true))

	require.Greater(t, len(after), len(before), "cached tokens and the time to the first chunk are new")
	for point, start := range after {
		want := second
		if _, old := before[point]; old {
			want = first
		}
		require.Equal(t, want, start, point)
	}
}

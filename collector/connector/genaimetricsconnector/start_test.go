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

// A receiver that knows the start takes the value at it for zero. Started with the
// series of the call, the first cached tokens would look hours old; started with the
// call, they would be newer than a scrape that had begun before and gathers them.
func TestSeries_EveryFigureStartsWithTheEmissionBefore(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	first := time.Unix(1000, 0).UTC()
	d.state.since = first
	d.now = func() time.Time { return first.Add(5 * time.Second) }
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"gen_ai.usage.cache_read.input_tokens": int64(0)}))))
	emitted := first.Add(10 * time.Second)
	before := starts(d.state.emitted(emitted, true))

	d.now = func() time.Time { return first.Add(15 * time.Second) }
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, chat(map[string]any{"gen_ai.response.time_to_first_chunk": 0.1}))))
	after := starts(d.state.emitted(first.Add(20*time.Second), true))

	require.Greater(t, len(after), len(before), "cached tokens and the time to the first chunk are new")
	for point, start := range after {
		want := emitted
		if _, old := before[point]; old {
			want = first
		}
		require.Equal(t, want, start, point)
	}
}

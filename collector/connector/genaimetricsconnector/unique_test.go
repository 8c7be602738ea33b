package genaimetricsconnector

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Two points of a metric with the same attributes are one series to every receiver, which
// keeps either of them: its counter would fall and rise. The calls of this test have
// every combination of what some metrics have as an attribute and others do not.
func TestEmit_NoTwoPointsOfAMetricHaveTheSameAttributes(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	calls, valid, cost := 0, 0, 0.0
	var all []map[string]any
	for _, errorType := range []string{"", "429", "500", "unexpected_eof"} {
		for _, status := range []string{"priced", "free", "unpriced", "invalid"} {
			for _, model := range []string{"", "gpt-5-2025-08-07"} {
				for _, role := range []string{"llm", "agent", "tool", "workflow"} {
					one := map[string]any{
						"spanledger.cost.status": status, "spanledger.cost.amount": "0", "gen_ai.response.model": model, "spanledger.role": role,
						"gen_ai.response.time_to_first_chunk": 0.1, "gen_ai.tool.name": "search", "gen_ai.usage.reasoning.output_tokens": int64(5),
					}
					if errorType != "" {
						one["error.type"] = errorType
					}
					if status == "priced" {
						one["spanledger.cost.amount"] = "0.25"
						cost += 0.25
					}
					all = append(all, chat(one))
					calls++
					if status != "invalid" { // whose counts are not used
						valid++
					}
				}
			}
		}
	}
	require.NoError(t, d.ConsumeTraces(t.Context(), spans(t, all...)))

	md := d.state.emitted(time.Unix(100, 0), true)
	sums := map[string]float64{}
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		seen := map[string]bool{}
		once := func(attributes string) {
			assert.False(t, seen[attributes], "%s: two points with %s", m.Name(), attributes)
			seen[attributes] = true
		}
		switch m.Type() {
		case pmetric.MetricTypeSum:
			for _, dp := range m.Sum().DataPoints().All() {
				once(sortedText(dp.Attributes().AsRaw()))
				sums[m.Name()] += dp.DoubleValue() + float64(dp.IntValue())
			}
		case pmetric.MetricTypeHistogram:
			for _, dp := range m.Histogram().DataPoints().All() {
				once(sortedText(dp.Attributes().AsRaw()))
			}
		}
	}
	assert.InDelta(t, calls, sums[metricCalls], 0)
	assert.InDelta(t, cost, sums[metricCost], 1e-12)
	assert.InDelta(t, valid*(100+20+40+5), sums[metricTokens], 0)
}

// sortedText is the attributes in an order that does not depend on theirs; fmt sorts keys.
func sortedText(attributes map[string]any) string { return fmt.Sprint(attributes) }

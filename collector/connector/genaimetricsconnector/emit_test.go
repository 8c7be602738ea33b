package genaimetricsconnector

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// emitted is everything accumulated so far, in one piece.
func (s *state) emitted(now time.Time, v141 bool) pmetric.Metrics {
	all := pmetric.NewMetrics()
	s.emit(func() time.Time { return now }, v141, func(part pmetric.Metrics) { part.ResourceMetrics().MoveAndAppendTo(all.ResourceMetrics()) })
	return all
}

// parts takes emissions, and has spans counted while it does.
type parts struct {
	consumer.Metrics
	between func()

	mu     sync.Mutex
	series map[string]int64 // calls of each set
	sizes  []int
}

func (p *parts) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (p *parts) ConsumeMetrics(_ context.Context, md pmetric.Metrics) error {
	p.mu.Lock()
	sets := map[string]bool{}
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		if m.Name() != metricCalls {
			continue
		}
		for _, dp := range m.Sum().DataPoints().All() {
			agent, _ := dp.Attributes().Get("agent")
			sets[agent.Str()] = true
			p.series[agent.Str()] = dp.IntValue()
			if dp.StartTimestamp() > dp.Timestamp() {
				p.series["from the future"]++
			}
		}
	}
	p.sizes = append(p.sizes, len(sets))
	p.mu.Unlock()
	p.between()
	return nil
}

// callsOf is a call of each of some agents.
func callsOf(t *testing.T, first, n int) ptrace.Traces {
	t.Helper()
	all := make([]map[string]any, n)
	for i := range all {
		all[i] = chat(map[string]any{"gen_ai.agent.name": fmt.Sprint("agent ", first+i)})
	}
	return spans(t, all...)
}

func TestFlush_OfManySeriesIsInPartsBetweenWhichSpansAreCounted(t *testing.T) {
	next := &parts{series: map[string]int64{}}
	d, _ := newTestDeriver(t, func(c *Config) { c.Limits.Values = 10_000 })
	d.next = next
	const many = 2*partSets + 500
	require.NoError(t, d.ConsumeTraces(t.Context(), callsOf(t, 0, many)))
	added := 0
	next.between = func() {
		if added++; added == 1 { // while the first part is on its way
			require.NoError(t, d.ConsumeTraces(t.Context(), callsOf(t, many, 300)))
		}
	}
	for range 2 {
		require.NoError(t, d.flush(t.Context(), d.calls.release))
	}
	for i := range many + 300 {
		assert.EqualValues(t, 1, next.series[fmt.Sprint("agent ", i)])
	}
	assert.Len(t, next.series, many+300, "each call in one series, and no series starts after its last value")
	for _, n := range next.sizes {
		assert.LessOrEqual(t, n, partSets)
	}
	withCalls := slices.DeleteFunc(next.sizes, func(n int) bool { return n == 0 })
	assert.Len(t, withCalls, 2*3, "the others have costs alone")
}

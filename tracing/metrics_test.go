package tracing_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

func TestMetrics_DurationsAreRecordedInTheBucketsOfTheConventions(t *testing.T) {
	r := newRecorder(t)
	ctx, workflow := tracing.StartWorkflow(t.Context(), "intake", r.tracers, r.meters)
	ctx, agent := tracing.StartAgent(ctx, "triage")
	_, tool := tracing.StartTool(ctx, "search", tracing.WithToolType("function"))
	tool.End(errors.New("boom"))
	agent.End(nil)
	workflow.End(nil)

	tests := []struct {
		metric  string
		attrs   map[string]any
		buckets []float64
	}{
		{"gen_ai.invoke_workflow.duration", map[string]any{"gen_ai.workflow.name": "intake"},
			[]float64{1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200}},
		{"gen_ai.invoke_agent.duration", map[string]any{"gen_ai.agent.name": "triage"},
			[]float64{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6}},
		{"gen_ai.execute_tool.duration", map[string]any{"gen_ai.tool.name": "search", "gen_ai.tool.type": "function",
			"gen_ai.agent.name": "triage", "error.type": "*errors.errorString"},
			[]float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}},
	}
	for _, tt := range tests {
		t.Run(tt.metric, func(t *testing.T) {
			m := r.metric(tt.metric)
			require.NotNil(t, m)
			require.Equal(t, "s", m.Unit)
			points := m.Data.(metricdata.Histogram[float64]).DataPoints
			require.Len(t, points, 1)
			require.Equal(t, tt.attrs, keyValues(points[0].Attributes))
			require.Equal(t, tt.buckets, points[0].Bounds)
			require.Equal(t, uint64(1), points[0].Count)
			require.NotEmpty(t, points[0].Exemplars, "a slow run leads to its trace")
		})
	}
}

func TestMetrics_CallsAreCountedForTheAgentThatMadeThem(t *testing.T) {
	r := newRecorder(t)
	ctx, boss := tracing.StartAgent(t.Context(), "boss", r.tracers, r.meters)
	instrument.CountInference(ctx)
	stepCtx, step := tracing.StartStep(ctx, "delegate")
	instrument.CountInference(stepCtx)
	toolCtx, tool := tracing.StartTool(stepCtx, "ask")
	helperCtx, helper := tracing.StartAgent(toolCtx, "helper")
	for range 5 {
		instrument.CountInference(helperCtx)
	}
	_, search := tracing.StartTool(helperCtx, "search")
	search.End(nil)
	for _, s := range []*tracing.Span{helper, tool, step, boss} {
		s.End(nil)
	}
	instrument.CountInference(t.Context()) // outside any agent: no your

	sums := func(name string) map[string]int64 {
		m := r.metric(name)
		require.NotNil(t, m)
		got := make(map[string]int64)
		for _, p := range m.Data.(metricdata.Histogram[int64]).DataPoints {
			require.Equal(t, []float64{1, 2, 4, 8, 16, 32, 64, 128}, p.Bounds)
			agent, _ := p.Attributes.Value("gen_ai.agent.name")
			got[agent.AsString()] = p.Sum
		}
		return got
	}
	require.Equal(t, map[string]int64{"boss": 2, "helper": 5}, sums("gen_ai.invoke_agent.inference_calls"))
	require.Equal(t, map[string]int64{"boss": 1, "helper": 1}, sums("gen_ai.invoke_agent.tool_calls"))
}

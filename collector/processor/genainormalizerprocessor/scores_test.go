package genainormalizerprocessor_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
)

func TestOpenInference_JudgementsBecomeEvents(t *testing.T) {
	for _, policy := range []string{"keep", "drop"} {
		t.Run(policy, func(t *testing.T) {
			factory := genainormalizerprocessor.NewFactory()
			cfg := factory.CreateDefaultConfig().(*genainormalizerprocessor.Config)
			cfg.Content.Policy = dialect.ContentPolicy(policy)
			sink := new(consumertest.TracesSink)
			p, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), cfg, sink)
			require.NoError(t, err)
			require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
			require.NoError(t, p.ConsumeTraces(t.Context(), readFixture(t, filepath.Join("testdata", "dialects", "openinference"))))
			var events []string
			for _, resource := range sink.AllTraces()[0].ResourceSpans().All() {
				for _, scope := range resource.ScopeSpans().All() {
					for _, span := range scope.Spans().All() {
						for key := range span.Attributes().All() {
							assert.NotContains(t, key, "evaluations.")
							assert.NotContains(t, key, "annotations.")
						}
						for _, event := range span.Events().All() {
							attrs := event.Attributes().AsRaw()
							_, explained := attrs["gen_ai.evaluation.explanation"]
							assert.False(t, explained && policy == "drop")
							delete(attrs, "gen_ai.evaluation.explanation")
							events = append(events, fmt.Sprintf("%s %s %v", span.SpanID(), event.Name(), attrs))
						}
					}
				}
			}
			slices.Sort(events)
			assert.Equal(t, []string{
				"0000000000000001 gen_ai.evaluation.result map[gen_ai.conversation.id:s-1 gen_ai.evaluation.name:coherence gen_ai.evaluation.score.label:coherent spanledger.evaluation.scope:conversation]",
				"0000000000000001 gen_ai.evaluation.result map[gen_ai.evaluation.name:answered gen_ai.evaluation.score.label:pass spanledger.evaluation.scope:trace]",
				"0000000000000003 gen_ai.evaluation.result map[gen_ai.evaluation.name:relevance gen_ai.evaluation.score.label:relevant gen_ai.evaluation.score.value:0.95]",
				"0000000000000003 gen_ai.evaluation.result map[gen_ai.evaluation.name:tone gen_ai.evaluation.score.value:1]",
				"0000000000000009 gen_ai.evaluation.result map[gen_ai.evaluation.name:hallucination gen_ai.evaluation.score.label:hallucinated]",
			}, events)
		})
	}
}

package tracing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/logtest"
	lognoop "go.opentelemetry.io/otel/log/noop"

	"github.com/spanledger/spanledger/tracing"
)

func TestEvaluation_IsAnEventOfTheSpanJudged(t *testing.T) {
	records := logtest.NewRecorder()
	otel.SetLoggerProvider(records)
	t.Cleanup(func() { otel.SetLoggerProvider(lognoop.NewLoggerProvider()) })

	r := newRecorder(t)
	ctx := tracing.WithAttribution(r.context(), tracing.Attribution{User: "u-1"})
	ctx, agent := tracing.StartAgent(ctx, "triage")
	score := 0.75
	tracing.RecordEvaluation(ctx, tracing.Evaluation{Name: "relevance", Score: &score, Label: "pass", ResponseID: "resp_1"})
	agent.End(nil)

	var found []logtest.Record
	for _, scope := range records.Result() {
		found = append(found, scope...)
	}
	require.Len(t, found, 1)
	require.Equal(t, "gen_ai.evaluation.result", found[0].EventName)
	require.Equal(t, log.SeverityUndefined, found[0].Severity)
	require.Equal(t, []attribute.KeyValue{
		attribute.String("user.id", "u-1"),
		attribute.String("gen_ai.agent.name", "triage"),
		attribute.String("gen_ai.evaluation.name", "relevance"),
		attribute.Float64("gen_ai.evaluation.score.value", 0.75),
		attribute.String("gen_ai.evaluation.score.label", "pass"),
		attribute.String("gen_ai.response.id", "resp_1"),
	}, found[0].Attributes)
	require.Equal(t, ctx, found[0].Context)
}

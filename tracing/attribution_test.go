package tracing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

func TestAttribution_ReachesEverySpanBelow(t *testing.T) {
	r := newRecorder(t)
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{
		User: "u-4711", Department: "claims", Application: "intake-bot", Team: "blue", CostCenter: "cc-9",
		Tags: map[string]string{"tenant": "acme", "experiment": "b"},
	})
	ctx = tracing.WithConversation(ctx, "conv-1")
	ctx, agent := tracing.StartAgent(ctx, "triage", r.tracers, r.meters)
	stepCtx, step := tracing.StartStep(ctx, "look up")
	_, tool := tracing.StartTool(stepCtx, "search")
	tool.End(nil)
	step.End(nil)
	agent.End(nil)

	want := map[string]any{
		"user.id": "u-4711", "spanledger.department": "claims", "spanledger.application": "intake-bot",
		"spanledger.team": "blue", "spanledger.cost_center": "cc-9",
		"spanledger.tag.tenant": "acme", "spanledger.tag.experiment": "b",
		"gen_ai.conversation.id": "conv-1",
	}
	for _, name := range []string{"invoke_agent triage", "step look up", "execute_tool search"} {
		got := attributesOf(r.span(name))
		for k, v := range want {
			require.Equal(t, v, got[k], "%s of %s", k, name)
		}
	}
}

func TestAttribution_Merges(t *testing.T) {
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{
		User: "u-1", Department: "claims", Tags: map[string]string{"tenant": "acme", "plan": "free"}})
	inner := tracing.WithAttribution(ctx, tracing.Attribution{
		User: "u-2", Team: "blue", Tags: map[string]string{"plan": "paid", "": "no key", "empty": ""}})

	require.Equal(t, tracing.Attribution{User: "u-2", Department: "claims", Team: "blue",
		Tags: map[string]string{"tenant": "acme", "plan": "paid"}}, tracing.AttributionFrom(inner))
	require.Equal(t, tracing.Attribution{User: "u-1", Department: "claims",
		Tags: map[string]string{"tenant": "acme", "plan": "free"}}, tracing.AttributionFrom(ctx), "the outer context is unchanged")
	require.Zero(t, tracing.AttributionFrom(t.Context()))
}

func TestAttribution_IsCopiedInAndOut(t *testing.T) {
	tags := map[string]string{"tenant": "acme"}
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{Tags: tags})
	tags["tenant"] = "other"
	got := tracing.AttributionFrom(ctx)
	require.Equal(t, "acme", got.Tags["tenant"])
	got.Tags["tenant"] = "other"
	require.Equal(t, "acme", tracing.AttributionFrom(ctx).Tags["tenant"])
}

func TestAttribution_TagsLeaveRoomForUsage(t *testing.T) {
	r := newRecorder(t)
	tags := make(map[string]string)
	for i := range 500 {
		tags[fmt.Sprintf("t%03d", i)] = "x"
	}
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-1", Tags: tags})
	_, agent := tracing.StartAgent(ctx, "triage", r.tracers, r.meters)
	agent.SetAttributes(attribute.Int("gen_ai.usage.input_tokens", 7))
	agent.End(nil)
	got := attributesOf(r.span("invoke_agent triage"))
	require.Equal(t, int64(7), got["gen_ai.usage.input_tokens"])
	require.Contains(t, got, "spanledger.tag.t031")
	require.NotContains(t, got, "spanledger.tag.t032")
}

func TestAttribution_ContextAttributesFollowTheContext(t *testing.T) {
	require.Empty(t, instrument.ContextAttributes(t.Context()))

	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-1"})
	ctx = tracing.WithConversation(ctx, "")
	ctx, _ = tracing.StartWorkflow(ctx, "intake")
	ctx, _ = tracing.StartAgent(ctx, "triage")
	ctx, _ = tracing.StartStep(ctx, "look up")
	attrs := instrument.ContextAttributes(ctx)
	require.Equal(t, []attribute.KeyValue{
		attribute.String("user.id", "u-1"),
		attribute.String("gen_ai.workflow.name", "intake"),
		attribute.String("gen_ai.agent.name", "triage"),
		attribute.String("spanledger.step.name", "look up"),
		attribute.Int("spanledger.step.number", 1),
	}, attrs)

	// A caller that appends does not write into what others see.
	_ = append(attrs, attribute.String("mine", "x"))
	_, tool := tracing.StartTool(ctx, "search")
	tool.End(nil)
	require.Len(t, instrument.ContextAttributes(ctx), 5)
	require.Equal(t, len(attrs), cap(attrs))
}

func TestAttribution_PromptAndPurposeFollowTheContext(t *testing.T) {
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{Purpose: "test"})
	ctx = tracing.WithPrompt(ctx, "triage", "v7")
	require.Equal(t, []attribute.KeyValue{
		attribute.String("spanledger.purpose", "test"),
		attribute.String("gen_ai.prompt.name", "triage"),
		attribute.String("gen_ai.prompt.version", "v7"),
	}, instrument.ContextAttributes(ctx))
	require.Equal(t, []attribute.KeyValue{attribute.String("spanledger.purpose", "test")}, instrument.ContextAttributes(tracing.WithPrompt(ctx, "", "")))

	judging, span := tracing.StartEvaluation(ctx, "relevance")
	span.End(nil)
	require.Equal(t, "judge", tracing.AttributionFrom(judging).Purpose)
	require.Equal(t, "test", tracing.AttributionFrom(ctx).Purpose)

	carrier := propagation.MapCarrier{}
	tracing.Propagator().Inject(judging, carrier)
	far := tracing.Propagator().Extract(t.Context(), carrier)
	require.Equal(t, "judge", tracing.AttributionFrom(far).Purpose)
}

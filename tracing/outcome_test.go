package tracing_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log/logtest"
	lognoop "go.opentelemetry.io/otel/log/noop"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
)

func TestRecordOutcome_IsAboutItsTraceOrWhatItNames(t *testing.T) {
	records := logtest.NewRecorder()
	otel.SetLoggerProvider(records)
	t.Cleanup(func() { otel.SetLoggerProvider(lognoop.NewLoggerProvider()) })

	r := newRecorder(t)
	ctx := tracing.WithConversation(r.context(), "conv-1")
	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: "u-1"})
	ctx, agent := tracing.StartAgent(ctx, "triage")
	worth := 12.5
	tracing.RecordOutcome(ctx, tracing.Outcome{Name: "ticket_resolved", Value: &worth})
	tracing.RecordOutcome(ctx, tracing.Outcome{Name: "ticket_resolved", Rejected: true, TagKey: "ticket", TagValue: "4711", ID: "second"})
	tracing.RecordOutcome(ctx, tracing.Outcome{Name: "ticket_resolved", Conversation: "conv-0"})
	agent.End(nil)

	var found []logtest.Record
	for _, scope := range records.Result() {
		found = append(found, scope...)
	}
	require.Len(t, found, 3)
	own := func(ctx context.Context) trace.TraceID { return trace.SpanContextFromContext(ctx).TraceID() }
	require.Equal(t, agent.SpanContext().TraceID(), own(found[0].Context))
	require.False(t, own(found[1].Context).IsValid())
	require.False(t, own(found[2].Context).IsValid())
	require.Equal(t, "spanledger.outcome", found[0].EventName)
	whose := []attribute.KeyValue{attribute.String("user.id", "u-1"), attribute.String("gen_ai.agent.name", "triage")}
	require.Equal(t, append(whose,
		attribute.String("spanledger.outcome.name", "ticket_resolved"),
		attribute.Bool("spanledger.outcome.accepted", true),
		attribute.Float64("spanledger.outcome.value", 12.5),
	), found[0].Attributes)
	require.Equal(t, append(whose,
		attribute.String("spanledger.outcome.name", "ticket_resolved"),
		attribute.Bool("spanledger.outcome.accepted", false),
		attribute.String("spanledger.outcome.tag.key", "ticket"),
		attribute.String("spanledger.outcome.tag.value", "4711"),
		attribute.String("spanledger.outcome.id", "second"),
	), found[1].Attributes)
	require.Equal(t, append(whose,
		attribute.String("spanledger.outcome.name", "ticket_resolved"),
		attribute.Bool("spanledger.outcome.accepted", true),
		attribute.String("gen_ai.conversation.id", "conv-0"),
	), found[2].Attributes)
}

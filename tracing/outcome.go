package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Outcome says what a run was for and whether it was reached: a ticket that is
// resolved, a pull request that is merged. It is about the trace of the context; about
// a conversation, or all calls with a tag, where it names one. It may come days later.
// Of outcomes of one name about the same the last holds.
type Outcome struct {
	Name     string   // ticket_resolved
	Rejected bool     // it was tried, and not accepted
	Value    *float64 // what it is worth, in a unit of the caller's choice

	Conversation     string // gen_ai.conversation.id of the runs it is about
	TagKey, TagValue string // the tag, as in Attribution.Tags, of the calls it is about
	ID               string // distinguishes outcomes of one name about the same thing
}

// RecordOutcome writes a spanledger.outcome event to the global logger provider.
func RecordOutcome(ctx context.Context, o Outcome) {
	logger := otel.Logger(ScopeName, log.WithInstrumentationVersion(Version))
	if !logger.Enabled(ctx, log.EnabledParameters{EventName: semconv.EventOutcome}) {
		return
	}
	if o.Conversation != "" || o.TagKey != "" {
		// The span at hand is of the request that tells of it.
		ctx = trace.ContextWithSpanContext(ctx, trace.SpanContext{})
	}
	attrs := make([]attribute.KeyValue, 0, 16)
	for _, kv := range scopeFrom(ctx).attrs {
		if kv.Key != semconv.ConversationID {
			attrs = append(attrs, kv)
		}
	}
	attrs = appendString(attrs, semconv.OutcomeName, o.Name)
	attrs = append(attrs, semconv.OutcomeAccepted.Bool(!o.Rejected))
	if o.Value != nil {
		attrs = append(attrs, semconv.OutcomeValue.Float64(*o.Value))
	}
	attrs = appendString(attrs, semconv.ConversationID, o.Conversation)
	attrs = appendString(attrs, semconv.OutcomeTagKey, o.TagKey)
	attrs = appendString(attrs, semconv.OutcomeTagValue, o.TagValue)
	attrs = appendString(attrs, semconv.OutcomeID, o.ID)
	var r log.Record
	r.SetEventName(semconv.EventOutcome)
	r.SetTimestamp(time.Now())
	r.AddAttributes(attrs...)
	logger.Emit(ctx, r)
}

package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartPlan starts the span in which the agent of ctx decides what to do. Make the
// LLM call for the plan with the returned context.
//
// Source: GenAI conventions, plan span (INTERNAL).
func StartPlan(ctx context.Context, opts ...PlanOption) (context.Context, *Span) {
	return newSpan(ctx).begin(ctx, newConfig(opts), node{
		name: join(semconv.OperationPlan, scopeFrom(ctx).agent),
		kind: trace.SpanKindInternal,
		attrs: []attribute.KeyValue{
			semconv.OperationName.String(semconv.OperationPlan),
			semconv.SpanRole.String(semconv.RolePlan),
		},
	})
}

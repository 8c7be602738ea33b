package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartWorkflow starts the span of a workflow: a fixed arrangement of several
// agents under a name of low cardinality. It records
// gen_ai.invoke_workflow.duration. A single agent needs no workflow around it.
//
// Source: GenAI conventions, invoke workflow span (INTERNAL).
func StartWorkflow(ctx context.Context, name string, opts ...Option) (context.Context, *Span) {
	inside := scopeFrom(ctx).clone()
	inside.workflow, inside.agent, inside.step, inside.stepNumber = name, "", "", 0
	inside.run = &run{}
	n := node{
		name: join(semconv.OperationInvokeWorkflow, name),
		kind: trace.SpanKindInternal,
		attrs: [4]attribute.KeyValue{
			semconv.OperationName.String(semconv.OperationInvokeWorkflow),
			semconv.SpanRole.String(semconv.RoleWorkflow),
		},
		scope: inside,
		timed: true,
	}
	ctx, s := n.start(ctx, newConfig(opts))
	s.record = recordWorkflow
	return ctx, s
}

func recordWorkflow(s *Span, errorType string) {
	s.metrics.recordWorkflow(s.ctx, time.Since(s.start), s.scope.workflow, errorType)
}

package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

var workflowAttributes = []attribute.KeyValue{
	semconv.OperationName.String(semconv.OperationInvokeWorkflow),
	semconv.SpanRole.String(semconv.RoleWorkflow),
}

// StartWorkflow starts the span of a workflow: several agents that work together in a
// defined way. Use few different names. It records gen_ai.invoke_workflow.duration. A
// single agent does not need a workflow.
//
// Source: GenAI conventions, invoke workflow span (INTERNAL).
func StartWorkflow(ctx context.Context, name string, opts ...WorkflowOption) (context.Context, *Span) {
	name = text(name)
	s := newSpan(ctx)
	s.scope.workflow, s.scope.agent, s.scope.step, s.scope.stepNumber = name, "", "", 0
	s.scope.run, s.scope.tool = &run{}, nil
	s.record = recordWorkflow
	return s.begin(ctx, newConfig(opts), node{
		name:  join(semconv.OperationInvokeWorkflow, name),
		kind:  trace.SpanKindInternal,
		attrs: workflowAttributes,
		inner: true,
	})
}

func recordWorkflow(s *Span, errorType string) {
	s.metrics.recordWorkflow(s.ctx, time.Since(s.start), s.scope.workflow, errorType)
}

package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

var stepAttributes = []attribute.KeyValue{semconv.SpanRole.String(semconv.RoleStep)}

// StartStep starts the span of one step of an agent: a turn of its loop, with
// the LLM and tool calls that belong to it. Steps are numbered from 1 within
// their agent, so a loop needs no counter of its own; see [WithStepNumber].
//
// The conventions have no step; the span is INTERNAL and named "step {name}".
func StartStep(ctx context.Context, name string, opts ...StepOption) (context.Context, *Span) {
	name = text(name)
	c := newConfig(opts)
	s := newSpan(ctx)
	s.scope.step, s.scope.stepNumber, s.scope.tool = name, c.stepNumber, nil
	if s.scope.stepNumber == 0 && s.scope.run != nil {
		s.scope.stepNumber = int(s.scope.run.steps.Add(1))
	}
	return s.begin(ctx, c, node{
		name:  join("step", name),
		kind:  trace.SpanKindInternal,
		attrs: stepAttributes,
		inner: true,
	})
}

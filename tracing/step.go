package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

var stepAttributes = []attribute.KeyValue{semconv.SpanRole.String(semconv.RoleStep)}

// StartStep starts the span of one step of an agent: one iteration of its loop, with
// its LLM calls and tool calls. The steps of an agent are numbered from 1, unless
// [WithStepNumber] is used.
//
// The conventions do not define steps; the span is of kind INTERNAL and named
// "step {name}".
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

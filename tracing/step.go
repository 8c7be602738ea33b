package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartStep starts the span of one step of an agent: a turn of its loop, with
// the LLM and tool calls that belong to it. Steps are numbered from 1 within
// their agent, so a loop needs no counter of its own; see [WithStepNumber].
//
// The conventions have no step; the span is INTERNAL and named "step {name}".
func StartStep(ctx context.Context, name string, opts ...Option) (context.Context, *Span) {
	c := newConfig(opts)
	inside := scopeFrom(ctx).clone()
	inside.step = name
	inside.stepNumber = c.stepNumber
	if inside.stepNumber == 0 && inside.run != nil {
		inside.stepNumber = int(inside.run.steps.Add(1))
	}
	n := node{
		name:  join("step", name),
		kind:  trace.SpanKindInternal,
		attrs: [4]attribute.KeyValue{semconv.SpanRole.String(semconv.RoleStep)},
		scope: inside,
	}
	return n.start(ctx, c)
}

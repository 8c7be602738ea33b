// Package instrument is for authors of instrumentation, such as that of an LLM
// client. Applications use package tracing alone.
//
// An instrumentation adds [ContextAttributes] to the spans and log records it makes,
// so that they carry the attribution, agent and step of the context, and calls
// [CountInference] once for each LLM call.
package instrument

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/internal/runctx"
)

// ContextAttributes returns the attributes that every span with ctx has: attribution,
// conversation, workflow, agent and step. All callers get the same slice, so it must
// not be changed; appending to it makes a copy.
func ContextAttributes(ctx context.Context) []attribute.KeyValue {
	if r := runctx.From(ctx); r != nil {
		return r.Attributes()
	}
	return nil
}

// AgentDepth returns how many agents are around ctx, one in the other: 0 outside any
// agent, 1 in an agent, 2 in an agent that it has started. With the propagator of package tracing
// agents of the calling service count too.
func AgentDepth(ctx context.Context) int {
	if r := runctx.From(ctx); r != nil {
		return r.AgentDepth()
	}
	return 0
}

// CountInference counts one LLM call, including a failed one, in
// gen_ai.invoke_agent.inference_calls of the agent of ctx.
func CountInference(ctx context.Context) {
	if r := runctx.From(ctx); r != nil {
		r.CountInference()
	}
}

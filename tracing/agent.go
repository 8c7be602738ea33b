package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

var agentAttributes = []attribute.KeyValue{
	semconv.OperationName.String(semconv.OperationInvokeAgent),
	semconv.SpanRole.String(semconv.RoleAgent),
}

// StartAgent starts the span of one invocation of an agent. Agents started with
// the returned context are its sub-agents; they may run in parallel. The metrics
// are gen_ai.invoke_agent.duration, .inference_calls and .tool_calls. The counts do
// not include those of sub-agents.
//
// Source: GenAI conventions, invoke agent internal span (INTERNAL), or invoke
// agent client span (CLIENT) with [WithRemoteAgent].
func StartAgent(ctx context.Context, name string, opts ...AgentOption) (context.Context, *Span) {
	name = text(name)
	c := newConfig(opts)
	s := newSpan(ctx)
	s.scope.agent, s.scope.step, s.scope.stepNumber = name, "", 0
	s.scope.run, s.scope.tool = &run{}, nil
	s.scope.depth++
	s.record = recordAgent
	kind := trace.SpanKindInternal
	if c.remote {
		kind = trace.SpanKindClient
	}
	return s.begin(ctx, c, node{
		name:  join(semconv.OperationInvokeAgent, name),
		kind:  kind,
		attrs: agentAttributes,
		inner: true,
	})
}

func recordAgent(s *Span, errorType string) {
	s.metrics.recordAgent(s.ctx, time.Since(s.start), s.scope.agent, errorType, s.scope.run)
}

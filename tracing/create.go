package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartCreateAgent starts the span of creating an agent at a provider that hosts
// agents. Set the agent's id on the span when it is known:
// span.SetAttributes(semconv.AgentID.String(id)).
//
// Source: GenAI conventions, create agent span (CLIENT).
func StartCreateAgent(ctx context.Context, provider, name string, opts ...CreateAgentOption) (context.Context, *Span) {
	return newSpan(ctx).begin(ctx, newConfig(opts), node{
		name: join(semconv.OperationCreateAgent, name),
		kind: trace.SpanKindClient,
		attrs: []attribute.KeyValue{
			semconv.OperationName.String(semconv.OperationCreateAgent),
			semconv.SpanRole.String(semconv.RoleOther),
			semconv.ProviderName.String(text(provider)),
			semconv.AgentName.String(text(name)),
		},
	})
}

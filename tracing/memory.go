package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartMemory starts the span of one operation on an agent's memory, one of
// semconv.OperationSearchMemory, OperationCreateMemory, OperationUpdateMemory,
// OperationUpsertMemory, OperationDeleteMemory, OperationCreateMemoryStore and
// OperationDeleteMemoryStore. Set the number of records that were found or written
// on the span: span.SetAttributes(semconv.MemoryRecordCount.Int(n)).
//
// Source: GenAI conventions, memory span (CLIENT, INTERNAL with [WithInProcess]).
func StartMemory(ctx context.Context, operation string, opts ...MemoryOption) (context.Context, *Span) {
	c := newConfig(opts)
	kind := trace.SpanKindClient
	if c.inProcess {
		kind = trace.SpanKindInternal
	}
	return newSpan(ctx).begin(ctx, c, node{
		name: text(operation),
		kind: kind,
		attrs: []attribute.KeyValue{
			semconv.OperationName.String(text(operation)),
			semconv.SpanRole.String(semconv.RoleMemory),
		},
	})
}

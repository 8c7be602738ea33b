package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartRetrieval starts the span of a search in a data source, such as a vector
// store, a search index or a knowledge base. dataSource is its id, or empty. The
// query and the documents are content and are not recorded.
//
// Source: GenAI conventions, retrieval span (CLIENT).
func StartRetrieval(ctx context.Context, dataSource string, opts ...RetrievalOption) (context.Context, *Span) {
	attrs := []attribute.KeyValue{
		semconv.OperationName.String(semconv.OperationRetrieval),
		semconv.SpanRole.String(semconv.RoleRetrieval),
	}
	return newSpan(ctx).begin(ctx, newConfig(opts), node{
		name:  join(semconv.OperationRetrieval, dataSource),
		kind:  trace.SpanKindClient,
		attrs: appendString(attrs, semconv.DataSourceID, dataSource),
	})
}

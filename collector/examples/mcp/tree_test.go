package mcp_test

import (
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// printTree prints the span of an id and, below it, its children.
func printTree(spans []sdktrace.ReadOnlySpan, id trace.SpanID, indent string) {
	for _, s := range spans {
		if s.SpanContext().SpanID() == id {
			fmt.Printf("%s%s (%s)\n", indent, s.Name(), s.SpanKind())
		}
	}
	for _, s := range spans {
		if s.Parent().SpanID() == id {
			printTree(spans, s.SpanContext().SpanID(), indent+"  ")
		}
	}
}

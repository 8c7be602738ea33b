// Package runtree prints the spans of a run as a tree, so that an example shows
// what a trace viewer would.
package runtree

import (
	"fmt"
	"io"
	"slices"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

// Recorder keeps the spans of the process.
type Recorder struct{ spans *tracetest.SpanRecorder }

// Record makes a recorder the global tracer provider until stop is called.
func Record() (r *Recorder, stop func()) {
	r = &Recorder{spans: tracetest.NewSpanRecorder()}
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r.spans)))
	return r, func() { otel.SetTracerProvider(tracenoop.NewTracerProvider()) }
}

// Write prints the span of root and everything below it, in order of start.
func (r *Recorder) Write(w io.Writer, root trace.SpanContext) {
	spans := r.spans.Ended()
	slices.SortStableFunc(spans, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	write(w, spans, root.SpanID(), "")
}

func write(w io.Writer, spans []sdktrace.ReadOnlySpan, id trace.SpanID, indent string) {
	for _, s := range spans {
		if s.SpanContext().SpanID() == id {
			fmt.Fprintf(w, "%s%s (%s)\n", indent, s.Name(), s.SpanKind())
		}
	}
	for _, s := range spans {
		if s.Parent().SpanID() == id {
			write(w, spans, s.SpanContext().SpanID(), indent+"  ")
		}
	}
}

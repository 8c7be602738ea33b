package tracing

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Span is one node of a run. It is safe for concurrent use, and every method of
// a nil Span does nothing.
type Span struct {
	span  trace.Span
	ended atomic.Bool
	scope scope // inside the span; contexts below point to it

	// record writes the metrics of the node; nil when it has none. It needs
	// the rest: ctx holds the span itself, for exemplars.
	record   func(s *Span, errorType string)
	ctx      context.Context
	start    time.Time
	metrics  *instruments
	toolName string
	toolType string
}

// End ends the span. An error marks the span as failed, with its text as the
// status description and its type as error.type: the result of its ErrorType
// method when an error in its chain has one, else its Go type. Calls after the
// first do nothing.
func (s *Span) End(err error) {
	if s == nil || !s.ended.CompareAndSwap(false, true) {
		return
	}
	var kind string
	if err != nil {
		var description string
		kind, description = describe(err)
		s.span.SetAttributes(semconv.ErrorType.String(kind))
		s.span.SetStatus(codes.Error, description)
	}
	if s.record != nil {
		s.record(s, kind)
	}
	s.span.End()
}

// SetAttributes adds attributes to the span.
func (s *Span) SetAttributes(attrs ...attribute.KeyValue) {
	if s != nil {
		s.span.SetAttributes(attrs...)
	}
}

// AddEvent adds a named moment to the span.
func (s *Span) AddEvent(name string, attrs ...attribute.KeyValue) {
	if s != nil {
		s.span.AddEvent(name, trace.WithAttributes(attrs...))
	}
}

// SpanContext identifies the span, for links from other traces or processes.
func (s *Span) SpanContext() trace.SpanContext {
	if s == nil {
		return trace.SpanContext{}
	}
	return s.span.SpanContext()
}

// node holds what a Start function knows of the span it starts.
type node struct {
	name  string
	kind  trace.SpanKind
	attrs []attribute.KeyValue
	inner bool // what is below belongs to this node: it has a scope of its own
}

// newSpan returns a span that is not started yet, with the scope of ctx.
func newSpan(ctx context.Context) *Span { return &Span{scope: *scopeFrom(ctx)} }

// begin starts the span as the node says.
func (s *Span) begin(ctx context.Context, c *config, n node) (context.Context, *Span) {
	t, inherit := c.telemetryFor(&s.scope)
	if inherit && s.scope.telemetry != t {
		s.scope.telemetry = t
		n.inner = true
	}
	own, attrs := s.scope.attributes(len(n.attrs) + len(c.attributes))
	if n.inner {
		s.scope.attrs = own
		ctx = withScope(ctx, &s.scope)
	}
	attrs = append(attrs, n.attrs...)
	attrs = append(attrs, c.attributes...)

	if s.record != nil {
		s.start, s.metrics = time.Now(), &t.instruments
	}
	if len(c.links) == 0 {
		ctx, s.span = t.tracer.Start(ctx, n.name, trace.WithSpanKind(n.kind), trace.WithAttributes(attrs...))
	} else {
		ctx, s.span = t.tracer.Start(ctx, n.name, trace.WithSpanKind(n.kind), trace.WithAttributes(attrs...),
			trace.WithLinks(c.links...))
	}
	s.ctx = ctx
	return ctx, s
}

// join puts a name behind an operation; conventions leave the space out when
// there is no name.
func join(operation, name string) string {
	if name == "" {
		return operation
	}
	return operation + " " + text(name)
}

// describe returns the type and the text of an error. The error's own methods
// may panic, on a nil pointer in an interface for instance; that is no reason to
// end the program here.
func describe(err error) (kind, description string) {
	defer func() {
		if recover() != nil {
			kind = text(fmt.Sprintf("%T", err))
			description = "an error that cannot be printed"
		}
	}()
	return errorType(err), text(err.Error())
}

// errorType names the type of an error. The two errors of a context have no
// telling Go type.
func errorType(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	}
	return text(otelsemconv.ErrorType(err).Value.AsString())
}

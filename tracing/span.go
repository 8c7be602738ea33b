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

// Span is the span of a workflow, agent, step, tool or other part of a run. It is
// safe for concurrent use. The methods of a nil Span do nothing.
type Span struct {
	span  trace.Span
	ended atomic.Bool
	scope scope // inside the span; contexts below point to it

	// record writes the metrics of the span; nil if it has none. It uses the fields
	// below: ctx contains the span, for exemplars.
	record   func(s *Span, errorType string)
	ctx      context.Context
	start    time.Time
	metrics  *instruments
	toolName string
	toolType string
}

// End ends the span. If err is not nil, the span is marked as failed: its status
// description is the text of err. Its error.type is the result of the method
// ErrorType() string, if an error in the chain has one, or else the Go type of err.
// Calls after the first do nothing.
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

// AddEvent adds an event to the span.
func (s *Span) AddEvent(name string, attrs ...attribute.KeyValue) {
	if s != nil {
		s.span.AddEvent(name, trace.WithAttributes(attrs...))
	}
}

// SpanContext returns the context of the span, for links from other traces or
// processes.
func (s *Span) SpanContext() trace.SpanContext {
	if s == nil {
		return trace.SpanContext{}
	}
	return s.span.SpanContext()
}

// node describes the span that a Start function starts.
type node struct {
	name  string
	kind  trace.SpanKind
	attrs []attribute.KeyValue
	inner bool // spans below belong to this one: it has a scope of its own
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

// join appends a name to an operation. Without a name there is no space either, as in
// the conventions.
func join(operation, name string) string {
	if name == "" {
		return operation
	}
	return operation + " " + text(name)
}

// describe returns the type and the text of an error. It recovers panics of the
// error's methods, for example because of a nil pointer in an interface.
func describe(err error) (kind, description string) {
	defer func() {
		if recover() != nil {
			kind = text(fmt.Sprintf("%T", err))
			description = "an error that cannot be printed"
		}
	}()
	return errorType(err), text(err.Error())
}

// errorType returns error.type. The Go types of the two errors of a context say
// nothing, so these have names.
func errorType(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	}
	return text(otelsemconv.ErrorType(err).Value.AsString())
}

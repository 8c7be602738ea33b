package tracing

import (
	"context"
	"errors"
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
	start time.Time // zero when no metric needs it

	// record writes the metrics of the node; nil when it has none.
	record func(s *Span, errorType string)

	// What record needs; ctx holds the span itself, for exemplars.
	ctx      context.Context
	scope    *scope
	metrics  *instruments
	tool     string
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
		kind = errorType(err)
		s.span.SetAttributes(semconv.ErrorType.String(kind))
		s.span.SetStatus(codes.Error, err.Error())
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

// node is what a Start function knows of the span it starts.
type node struct {
	name  string
	kind  trace.SpanKind
	attrs [4]attribute.KeyValue // an attribute with an empty key ends the list
	scope *scope                // the scope inside the span; nil: that of the parent
	timed bool
}

// start starts the span of n in ctx.
func (n *node) start(ctx context.Context, c *config) (context.Context, *Span) {
	parent := scopeFrom(ctx)
	t, inherit := c.telemetryFor(parent)

	inside := n.scope
	if inside == nil {
		inside = parent
	}
	if inherit && inside.telemetry != t {
		if inside == parent {
			inside = parent.clone()
		}
		inside.telemetry = t
	}
	own, attrs := inside.attributes(len(n.attrs) + len(c.attributes))
	if inside != parent {
		inside.attrs = own
		ctx = withScope(ctx, inside)
	}
	for _, a := range n.attrs {
		if a.Key == "" {
			break
		}
		attrs = append(attrs, a)
	}
	attrs = append(attrs, c.attributes...)

	s := &Span{scope: inside, metrics: &t.instruments}
	if n.timed {
		s.start = time.Now()
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
	return operation + " " + name
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
	return otelsemconv.ErrorType(err).Value.AsString()
}

package tracing

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Propagator returns a propagator that carries the trace, the baggage, and the
// attribution, conversation and workflow of the context between services of the
// user's own: W3C traceparent, tracestate and baggage headers. Baggage members
// have the names of the span attributes (user.id, spanledger.department, ...).
//
// It is not installed anywhere by default, since whoever receives a request
// learns who it is for, and whoever sends one is believed. Pass it to
// otelhttp.WithPropagators and otelgrpc.WithPropagators, or use the propagate
// packages beside this one; never give it to a client of an LLM vendor.
func Propagator() propagation.TextMapPropagator { return propagator{} }

type propagator struct{}

var _ propagation.TextMapPropagator = propagator{}

var w3c = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Fields returns the names of the headers written.
func (propagator) Fields() []string { return w3c.Fields() }

// Inject writes what ctx knows to the carrier.
func (propagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	s := scopeFrom(ctx)
	b := baggage.FromContext(ctx)
	for _, kv := range s.who {
		b = withMember(b, string(kv.Key), kv.Value.AsString())
	}
	b = withMember(b, string(semconv.WorkflowName), s.workflow)
	w3c.Inject(baggage.ContextWithBaggage(ctx, b), carrier)
}

// withMember returns b with one member more. A member that W3C baggage cannot
// hold (a tag key that is no token, more than 8 KiB in all) is left out: the
// request matters more than its attribution.
func withMember(b baggage.Baggage, key, value string) baggage.Baggage {
	if value == "" {
		return b
	}
	m, err := baggage.NewMemberRaw(key, value)
	if err != nil {
		return b
	}
	with, err := b.SetMember(m)
	if err != nil {
		return b
	}
	return with
}

// Extract returns ctx with what the carrier says. Attribution that ctx already
// has is kept: the receiving service knows its own application and department
// better than its caller does.
func (propagator) Extract(ctx context.Context, carrier propagation.TextMapCarrier) context.Context {
	ctx = w3c.Extract(ctx, carrier)
	members := baggage.FromContext(ctx).Members()
	if len(members) == 0 {
		return ctx
	}
	var a Attribution
	var conversation, workflow string
	for _, m := range members {
		key, value := m.Key(), m.Value()
		switch key {
		case string(semconv.UserID):
			a.User = value
		case string(semconv.Department):
			a.Department = value
		case string(semconv.Application):
			a.Application = value
		case string(semconv.Team):
			a.Team = value
		case string(semconv.CostCenter):
			a.CostCenter = value
		case string(semconv.ConversationID):
			conversation = value
		case string(semconv.WorkflowName):
			workflow = value
		default:
			if tag, ok := strings.CutPrefix(key, semconv.TagPrefix); ok {
				if a.Tags == nil {
					a.Tags = make(map[string]string)
				}
				a.Tags[tag] = value
			}
		}
	}
	s := scopeFrom(ctx).clone()
	s.attribution = a.merge(s.attribution)
	if s.conversation == "" {
		s.conversation = conversation
	}
	if s.workflow == "" {
		s.workflow = workflow
	}
	return withScope(ctx, s.compute())
}

package tracing

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Propagator returns a propagator that carries the trace, the baggage, and the
// attribution, conversation and workflow of the context between services of the
// user's own, and how many agents are around it: W3C traceparent, tracestate and baggage headers. Baggage members
// have the names of the span attributes (user.id, spanledger.department, ...).
//
// It is not installed anywhere by default, since every receiver of a request
// learns who it is for, and every sender is believed. Pass it to
// otelhttp.WithPropagators and otelgrpc.WithPropagators, or use the propagate
// packages next to this one; never give it to a client of an LLM vendor.
func Propagator() propagation.TextMapPropagator { return propagator{} }

type propagator struct{}

var _ propagation.TextMapPropagator = propagator{}

var w3c = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Fields returns the names of the headers written.
func (propagator) Fields() []string { return w3c.Fields() }

// Limits of a baggage header, from section 3.3.2 of W3C Baggage: what every
// receiver must pass on. Go's reader refuses a header beyond them as a whole.
const (
	baggageBytes   = 8192
	baggageMembers = 64
)

// Inject writes what ctx knows to the carrier. Attribution that W3C baggage
// cannot hold (a tag key that is no token, values beyond 8 KiB in all) is left
// out, the last tags first: the request matters more than its attribution.
func (propagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	s := scopeFrom(ctx)
	h := header{baggage: baggage.FromContext(ctx)}
	h.bytes = len(h.baggage.String())
	h.set(string(semconv.WorkflowName), s.workflow)
	h.set(string(semconv.ConversationID), s.who.conversation)
	if s.depth > 0 {
		h.set(string(semconv.AgentDepth), strconv.Itoa(s.depth))
	}
	for _, kv := range s.who.attrs {
		h.set(string(kv.Key), kv.Value.AsString())
	}
	w3c.Inject(baggage.ContextWithBaggage(ctx, h.baggage), carrier)
}

// header is a baggage header and its length.
type header struct {
	baggage baggage.Baggage
	bytes   int
}

func (h *header) set(key, value string) {
	if value == "" || h.baggage.Len() >= baggageMembers {
		return
	}
	m, err := baggage.NewMemberRaw(key, value)
	if err != nil {
		return
	}
	size := len(m.String()) + len(",")
	if h.bytes+size > baggageBytes {
		return
	}
	if with, err := h.baggage.SetMember(m); err == nil {
		h.baggage = with
		h.bytes += size
	}
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
	depth := 0
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
		case string(semconv.Purpose):
			a.Purpose = value
		case string(semconv.ConversationID):
			conversation = value
		case string(semconv.WorkflowName):
			workflow = value
		case string(semconv.AgentDepth):
			if n, err := strconv.ParseUint(value, 10, 16); err == nil {
				depth = int(n)
			}
		default:
			if tag, ok := strings.CutPrefix(key, semconv.TagPrefix); ok {
				if a.Tags == nil {
					a.Tags = make(map[string]string)
				}
				a.Tags[tag] = value
			}
		}
	}
	s := scopeFrom(ctx)
	extracted := s.withIdentity(a.merge(s.who.attribution), cmp.Or(s.who.conversation, conversation))
	extracted.depth = max(s.depth, depth)
	if s.workflow == "" && workflow != "" {
		extracted.workflow = workflow
		extracted.attrs, _ = extracted.attributes(0)
	}
	return withScope(ctx, extracted)
}

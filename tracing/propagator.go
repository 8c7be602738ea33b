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

// Propagator returns a propagator for requests between your own services. It sends
// the trace, the baggage, the attribution, conversation and workflow of the context,
// and how many agents are around it, in the W3C headers traceparent, tracestate and baggage. Baggage members
// have the names of the span attributes (user.id, spanledger.department, ...).
//
// It is not used by default, because every receiver of a request can read who it is
// for, and the receiver trusts what the sender says. Pass it to
// otelhttp.WithPropagators and otelgrpc.WithPropagators, or use the package
// propagate. Never use it in a client of an LLM vendor.
func Propagator() propagation.TextMapPropagator { return propagator{} }

type propagator struct{}

var _ propagation.TextMapPropagator = propagator{}

var w3c = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Fields returns the names of the headers that Inject writes.
func (propagator) Fields() []string { return w3c.Fields() }

// Limits of a baggage header, from section 3.3.2 of W3C Baggage: the size that every
// receiver must accept. Go's parser rejects the whole header if it is larger.
const (
	baggageBytes   = 8192
	baggageMembers = 64
)

// Inject writes the trace, baggage and attribution of ctx to the carrier. It leaves
// out attribution that W3C baggage does not allow (a tag key that is not a token,
// more than 8 KiB in all), the last tags first, so that the request does not fail.
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

// Extract returns ctx with the trace, baggage and attribution of the carrier.
// Attribution that ctx already has takes precedence: the receiving service knows its
// own application and department better than the sender does.
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

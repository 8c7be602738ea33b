package otelmcp

import (
	"context"

	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/tracing"
)

// params are the parameters of a message: the SDK's mcp.Params.
type params interface {
	GetMeta() map[string]any
	SetMeta(map[string]any)
}

// request is the SDK's mcp.Request.
type request[P params, S session] interface {
	GetParams() P
	GetSession() S
}

// session is the SDK's mcp.Session.
type session interface{ ID() string }

var traceOnly propagation.TextMapPropagator = propagation.TraceContext{}

// Send is sending middleware. It sends the trace context to the other side.
func Send[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](next H) H {
	return send(next, traceOnly)
}

// SendAttribution is sending middleware for servers of the same owner. It sends the
// trace context, the baggage and the attribution to the other side.
func SendAttribution[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](next H) H {
	return send(next, tracing.Propagator())
}

// Receive is receiving middleware. It continues the trace of the other side.
func Receive[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](next H) H {
	return receive(next, traceOnly)
}

// ReceiveAttribution is receiving middleware that continues the trace of the other
// side and uses its attribution. Use it only if all clients have the same owner as the
// server, because the client decides who pays.
func ReceiveAttribution[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](next H) H {
	return receive(next, tracing.Propagator())
}

func send[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](
	next H, propagator propagation.TextMapPropagator,
) H {
	return func(ctx context.Context, method string, req Q) (R, error) {
		ctx, span := tracing.StartMCPSend(ctx, describe(method, req))
		meta := make(carrier)
		propagator.Inject(ctx, meta)
		attach(req, req.GetParams(), meta)
		result, err := next(ctx, method, req)
		span.End(outcome(result, err))
		return result, err
	}
}

func receive[H ~func(context.Context, string, Q) (R, error), Q request[P, S], R any, P params, S session](
	next H, propagator propagation.TextMapPropagator,
) H {
	return func(ctx context.Context, method string, req Q) (R, error) {
		if p := req.GetParams(); !isNil(p) {
			ctx = propagator.Extract(ctx, carrier(p.GetMeta()))
		}
		ctx, span := tracing.StartMCPReceive(ctx, describe(method, req))
		result, err := next(ctx, method, req)
		span.End(outcome(result, err))
		return result, err
	}
}

// carrier is _meta as a propagator's carrier. Entries that are not strings are ignored.
type carrier map[string]any

var _ propagation.TextMapCarrier = carrier{}

func (c carrier) Get(key string) string {
	s, _ := c[key].(string)
	return s
}

func (c carrier) Set(key, value string) { c[key] = value }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}

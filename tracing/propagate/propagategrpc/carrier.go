package propagategrpc

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"

	"github.com/spanledger/spanledger/tracing"
)

// carrier is gRPC metadata as a propagator's carrier. Keys are in lower case.
type carrier metadata.MD

var _ propagation.TextMapCarrier = carrier{}

func (c carrier) Get(key string) string { return strings.Join(metadata.MD(c).Get(key), ",") }

func (c carrier) Set(key, value string) { metadata.MD(c).Set(key, value) }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}

func inject(ctx context.Context) context.Context {
	md, _ := metadata.FromOutgoingContext(ctx)
	md = md.Copy()
	if md == nil {
		md = metadata.MD{}
	}
	tracing.Propagator().Inject(ctx, carrier(md))
	return metadata.NewOutgoingContext(ctx, md)
}

// extract continues the sender's run. If the context already has a span, for example
// of an otelgrpc handler, that span remains the parent.
func extract(ctx context.Context) context.Context {
	md, ok := metadata.FromIncomingContext(ctx)
	if !ok {
		return ctx
	}
	with := tracing.Propagator().Extract(ctx, carrier(md))
	if span := trace.SpanFromContext(ctx); span.SpanContext().IsValid() {
		with = trace.ContextWithSpan(with, span)
	}
	return with
}

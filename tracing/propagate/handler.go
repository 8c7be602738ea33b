package propagate

import (
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
)

// NewHandler wraps a handler, so that the context of a request continues the run of
// its sender. Use it only in a service that only your own services can call, because
// the sender decides who pays.
//
// If the context already has a span, for example of an otelhttp handler around this
// one, that span remains the parent.
func NewHandler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := tracing.Propagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		if span := trace.SpanFromContext(r.Context()); span.SpanContext().IsValid() {
			ctx = trace.ContextWithSpan(ctx, span)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

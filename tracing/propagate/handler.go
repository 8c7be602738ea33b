package propagate

import (
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
)

// NewHandler wraps a handler so that the context of a request continues the run
// of its sender. Only services that receive from the user's own services alone
// may use it: anyone who calls decides who pays.
//
// A span that is in the context already, of an otelhttp handler further out,
// stays the parent of what follows.
func NewHandler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := tracing.Propagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		if span := trace.SpanFromContext(r.Context()); span.SpanContext().IsValid() {
			ctx = trace.ContextWithSpan(ctx, span)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

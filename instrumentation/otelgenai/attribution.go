package otelgenai

import (
	"context"
	"net/http"
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var fieldKeys = map[AttributionField]attribute.Key{
	User:        semconv.UserID,
	Department:  semconv.Department,
	Application: semconv.Application,
	Team:        semconv.Team,
	CostCenter:  semconv.CostCenter,
}

// attribute finds out who the call is for and applies the policy. What the
// context says wins over what is read from the request.
func (t *Transport) attribute(ctx context.Context, req *http.Request) ([]attribute.KeyValue, error) {
	for _, from := range t.cfg.attribution {
		ctx = tracing.WithAttribution(tracing.WithAttribution(ctx, from(req)), tracing.AttributionFrom(ctx))
	}
	attrs := instrument.ContextAttributes(ctx)
	var missing []AttributionField
	for _, f := range t.cfg.required {
		if !has(attrs, fieldKeys[f]) {
			missing = append(missing, f)
		}
	}
	if missing == nil {
		return attrs, nil
	}
	attrs = slices.Clip(attrs)
	for _, f := range missing {
		attrs = append(attrs, fieldKeys[f].String(semconv.Unattributed))
	}
	if t.cfg.onMissing == Reject {
		return attrs, &AttributionError{Missing: missing}
	}
	return attrs, nil
}

// mayReject says whether a call may be kept from leaving.
func (c *config) mayReject() bool {
	return len(c.guards) > 0 || len(c.required) > 0 && c.onMissing == Reject
}

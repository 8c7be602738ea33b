package otelgenai

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// AttributionField is a field of [tracing.Attribution] that a policy may
// require.
type AttributionField string

// The fields of an attribution.
const (
	User        AttributionField = "user"
	Department  AttributionField = "department"
	Application AttributionField = "application"
	Team        AttributionField = "team"
	CostCenter  AttributionField = "cost_center"
)

var fieldKeys = map[AttributionField]attribute.Key{
	User:        semconv.UserID,
	Department:  semconv.Department,
	Application: semconv.Application,
	Team:        semconv.Team,
	CostCenter:  semconv.CostCenter,
}

// OnMissing is what happens to a call without a required attribution.
type OnMissing uint8

// The ways to treat a call without a required attribution.
const (
	// Label lets the call go and marks what is missing "(unattributed)".
	Label OnMissing = iota
	// Reject fails the call before it leaves, with an [*AttributionError].
	Reject
)

// AttributionError is the error of a call that is rejected because nobody said
// who it is for.
type AttributionError struct {
	Missing []AttributionField
}

// Error names the missing fields and the cure.
func (e *AttributionError) Error() string {
	names := make([]string, len(e.Missing))
	for i, f := range e.Missing {
		names[i] = string(f)
	}
	return fmt.Sprintf("otelgenai: LLM call without %s: set it with tracing.WithAttribution on the request's context", strings.Join(names, ", "))
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
	return len(c.admissions) > 0 || len(c.required) > 0 && c.onMissing == Reject
}

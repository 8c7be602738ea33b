package metadata

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Telemetry is the component's own metrics.
type Telemetry struct {
	*TelemetryBuilder

	sets sync.Map // kind -> metric.MeasurementOption
}

type kind struct{ dialect, role string }

// unread is why a span was not read, and whose it was.
type unread struct{ reason, scope string }

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	builder, err := NewTelemetryBuilder(set)
	return &Telemetry{TelemetryBuilder: builder}, err
}

// TableRead counts an attribution table that was read.
func (t *Telemetry) TableRead(taken bool) {
	outcome := "refused"
	if taken {
		outcome = "taken"
	}
	t.ProcessorGenaiNormalizerAttributionReloads.Add(context.Background(), 1, metric.WithAttributes(attribute.String("outcome", outcome)))
}

// Tally adds up one batch, so that the instruments are called once a batch and
// kind rather than once a span.
type Tally struct {
	t       *Telemetry
	kinds   map[kind]*counts
	missing map[string]int64
	unread  map[unread]int64
}

type counts struct{ spans, malformed, corrected int64 }

// Tally starts a batch.
func (t *Telemetry) Tally() Tally {
	return Tally{t: t, kinds: make(map[kind]*counts), missing: make(map[string]int64), unread: make(map[unread]int64)}
}

// Add counts one span.
func (c Tally) Add(dialect, role string, malformed int, corrected bool) {
	n := c.kinds[kind{dialect, role}]
	if n == nil {
		n = &counts{}
		c.kinds[kind{dialect, role}] = n
	}
	n.spans++
	n.malformed += int64(malformed)
	if corrected {
		n.corrected++
	}
}

// Missing counts a call without an attribution.
func (c Tally) Missing(key string) { c.missing[key]++ }

// maxUnread bounds the scopes that one batch can name: a sender may invent them.
const maxUnread = 16

// Unread counts a span that looks like a model call and was not read as one.
func (c Tally) Unread(reason, scope string) {
	key := unread{reason, scope}
	if _, ok := c.unread[key]; !ok && len(c.unread) >= maxUnread {
		key.scope = "(others)"
	}
	c.unread[key]++
}

// Record reports the batch.
func (c Tally) Record(ctx context.Context) {
	for key, n := range c.missing {
		c.t.ProcessorGenaiNormalizerUnattributedCalls.Add(ctx, n, metric.WithAttributes(attribute.String("missing", key)))
	}
	for key, n := range c.unread {
		c.t.SpansUnread.Add(ctx, n, metric.WithAttributes(attribute.String("reason", key.reason), attribute.String("scope", key.scope)))
	}
	for k, n := range c.kinds {
		set := c.t.set(k)
		c.t.ProcessorGenaiNormalizerSpans.Add(ctx, n.spans, set)
		if n.malformed > 0 {
			c.t.ProcessorGenaiNormalizerMalformedValues.Add(ctx, n.malformed, set)
		}
		if n.corrected > 0 {
			c.t.ProcessorGenaiNormalizerCorrectedInputs.Add(ctx, n.corrected, set)
		}
	}
}

func (t *Telemetry) set(k kind) metric.MeasurementOption {
	if set, ok := t.sets.Load(k); ok {
		return set.(metric.MeasurementOption)
	}
	set := metric.WithAttributeSet(attribute.NewSet(
		attribute.String("dialect", k.dialect),
		attribute.String("role", k.role),
	))
	t.sets.Store(k, set)
	return set
}

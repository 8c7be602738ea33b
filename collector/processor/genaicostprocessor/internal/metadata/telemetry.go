package metadata

import (
	"context"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// maxModels bounds the model names on the metrics: they come from outside.
const maxModels = 500

// otherModel means the models beyond the bound.
const otherModel = "(other)"

// Telemetry is the component's own metrics.
type Telemetry struct {
	*TelemetryBuilder

	mu    sync.Mutex
	names map[string]string
}

// Cause is why calls have no price.
type Cause struct{ Provider, Model, Status, Reason string }

// Comparison is how a computed cost relates to the vendor's own.
type Comparison struct {
	Provider string
	Agrees   bool
}

// NewTelemetry creates the instruments that metadata.yaml declares.
func NewTelemetry(set component.TelemetrySettings) (*Telemetry, error) {
	builder, err := NewTelemetryBuilder(set)
	return &Telemetry{TelemetryBuilder: builder, names: make(map[string]string)}, err
}

// CatalogueDated records how old the built-in prices are.
func (t *Telemetry) CatalogueDated(ctx context.Context, date time.Time) {
	t.ProcessorGenaiCostPriceCatalogueDate.Record(ctx, date.Unix())
}

// Reloaded counts one reading of the price file.
func (t *Telemetry) Reloaded(ctx context.Context, ok bool) {
	result := "used"
	if !ok {
		result = "refused"
	}
	t.ProcessorGenaiCostPriceReloads.Add(ctx, 1, metric.WithAttributes(attribute.String("result", result)))
}

// Tally adds up one batch, so that the instruments are called once a batch and
// kind rather than once a span. Its maps are made when first needed.
type Tally struct {
	t           *Telemetry
	status      string // of the latest calls, which are not in calls yet
	latest      int64
	calls       map[string]int64
	causes      map[Cause]int64
	comparisons map[Comparison]int64
}

// Tally starts a batch.
func (t *Telemetry) Tally() Tally { return Tally{t: t, calls: make(map[string]int64, 4)} }

// Call counts one call by its outcome.
func (c *Tally) Call(status string) {
	if status != c.status {
		c.calls[c.status] += c.latest
		c.status, c.latest = status, 0
	}
	c.latest++
}

// Cause counts one call without a price.
func (c *Tally) Cause(cause Cause) {
	if c.causes == nil {
		c.causes = make(map[Cause]int64)
	}
	c.causes[cause]++
}

// Comparison counts one comparison with a vendor's cost.
func (c *Tally) Comparison(comparison Comparison) {
	if c.comparisons == nil {
		c.comparisons = make(map[Comparison]int64)
	}
	c.comparisons[comparison]++
}

// Record reports the batch.
func (c *Tally) Record(ctx context.Context) {
	c.calls[c.status] += c.latest
	for status, n := range c.calls {
		if n == 0 {
			continue // before the first call
		}
		c.t.ProcessorGenaiCostCalls.Add(ctx, n, metric.WithAttributes(attribute.String("status", status)))
	}
	for cause, n := range c.causes {
		instrument := c.t.ProcessorGenaiCostUnpriced
		if cause.Status == "invalid" {
			instrument = c.t.ProcessorGenaiCostInvalid
		}
		instrument.Add(ctx, n, metric.WithAttributes(
			attribute.String("provider", c.t.bounded(cause.Provider)),
			attribute.String("model", c.t.bounded(cause.Model)),
			attribute.String("reason", cause.Reason),
		))
	}
	for comparison, n := range c.comparisons {
		c.t.ProcessorGenaiCostVendorComparisons.Add(ctx, n, metric.WithAttributes(
			attribute.String("provider", c.t.bounded(comparison.Provider)),
			attribute.Bool("agrees", comparison.Agrees),
		))
	}
}

// bounded lets a limited number of names through. They have memory of their own: that of a
// span's name is part of a request, and metrics are kept.
func (t *Telemetry) bounded(name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	own, known := t.names[name]
	if !known {
		if len(t.names) >= maxModels {
			return otherModel
		}
		own = strings.Clone(name)
		t.names[own] = own
	}
	return own
}

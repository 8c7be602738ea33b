package genaicostprocessor

import (
	"context"
	"sync"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor/internal/metadata"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// costProcessor prices the LLM calls of each batch.
type costProcessor struct {
	config    *Config
	prices    *priceSource
	telemetry *metadata.Telemetry
	workers   sync.Pool // of *worker
}

// worker holds what one goroutine needs to price a batch.
type worker struct {
	writer
	spans  *callspan.Reader
	call   pricing.Call
	vendor udecimal.Decimal
	lines  []pricing.Line // room for those of a call
}

func newCostProcessor(set component.TelemetrySettings, cfg *Config) (*costProcessor, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	return &costProcessor{
		config:    cfg,
		prices:    newPriceSource(cfg, set.Logger, telemetry),
		telemetry: telemetry,
		workers:   sync.Pool{New: func() any { return &worker{spans: callspan.NewReader()} }},
	}, nil
}

func (c *costProcessor) start(ctx context.Context, _ component.Host) error {
	return c.prices.start(ctx)
}

func (c *costProcessor) shutdown(context.Context) error { return c.prices.stop() }

func (c *costProcessor) processTraces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	catalogue := c.prices.current()
	tally := c.telemetry.Tally()
	w := c.workers.Get().(*worker)
	defer c.workers.Put(w)
	for _, resource := range td.ResourceSpans().All() {
		for _, scoped := range resource.ScopeSpans().All() {
			for _, span := range scoped.Spans().All() {
				read, priced := w.read(span)
				if !priced {
					continue
				}
				result := w.price(catalogue, read)
				w.write(span.Attributes(), read, &result, c.config.LineItems)
				count(&tally, &w.call, &result)
			}
		}
	}
	tally.Record(ctx)
	return td, nil
}

// price gives a result whose lines are valid until the next.
func (w *worker) price(catalogue *pricing.Catalogue, read *callspan.Record) pricing.Result {
	if read.Fault != "" {
		return pricing.Result{
			Status:  pricing.Invalid,
			Reason:  read.Fault,
			Detail:  read.Detail(),
			Version: catalogue.Version(),
		}
	}
	result := catalogue.PriceInto(w.lines, &w.call)
	if len(result.Lines) > 0 {
		w.lines = result.Lines
	}
	return result
}

func count(tally *metadata.Tally, call *pricing.Call, result *pricing.Result) {
	tally.Call(string(result.Status))
	if !result.HasAmount() {
		provider := result.Provider
		if provider == "" {
			provider = call.Provider
		}
		tally.Cause(metadata.Cause{
			Provider: provider,
			Model:    call.Model(),
			Status:   string(result.Status),
			Reason:   string(result.Reason),
		})
		return
	}
	if call.VendorCost != nil && !result.Flags.Has(pricing.VendorCostUsed) {
		tally.Comparison(metadata.Comparison{
			Provider: result.Provider,
			Agrees:   call.VendorCost.Equal(result.Amount),
		})
	}
}

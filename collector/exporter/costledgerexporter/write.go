package costledgerexporter

import (
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// writeItems writes the rows of items together, their results last.
func (e *costLedger) writeItems(ctx context.Context, items []wire.Item) error {
	if err := e.write(ctx, batchesOf(items)); err != nil {
		return err
	}
	var results []ledger.Result
	for i := range items {
		results = append(results, items[i].Results...)
	}
	return e.writeResults(ctx, results)
}

// batchesOf is the items that have calls or spans.
func batchesOf(items []wire.Item) []ledger.Batch {
	batches := make([]ledger.Batch, 0, len(items))
	for i := range items {
		if item := &items[i]; len(item.Calls)+len(item.Spans) > 0 {
			batches = append(batches, ledger.Batch{Calls: item.Calls, Spans: item.Spans, Checked: item.Checked})
		}
	}
	return batches
}

// storing writes to the store, once it is migrated, and takes note of how it went.
func (e *costLedger) storing(ctx context.Context, write func() error) error {
	err := e.migrate(ctx)
	if err == nil {
		err = write()
	}
	if err != nil {
		e.failed(ctx, err)
		return err
	}
	e.outage.over()
	return nil
}

// writeResults writes evaluations and outcomes.
func (e *costLedger) writeResults(ctx context.Context, results []ledger.Result) error {
	if len(results) == 0 {
		return nil
	}
	start := time.Now()
	if err := e.storing(ctx, func() error { return e.store.WriteResults(ctx, results) }); err != nil {
		return err
	}
	e.telemetry.ResultsWritten(ctx, len(results), time.Since(start))
	return nil
}

func (e *costLedger) write(ctx context.Context, batches []ledger.Batch) error {
	if len(batches) == 0 {
		return nil
	}
	start := time.Now()
	err := e.storing(ctx, func() error {
		settle.PrepareFor(e.store, batches)
		if err := e.store.Write(ctx, batches...); err != nil || e.settler == nil {
			return err
		}
		// After a failure all of them come again, which is harmless.
		if err := e.settler.Settle(ctx, batches...); err != nil {
			return &unsettledError{err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(batches, func(b ledger.Batch) bool { return len(b.Calls) > 0 }); i >= 0 {
		e.sample.Store(&wire.Item{Calls: slices.Clone(batches[i].Calls[:1])})
	}
	e.expired.see(ctx, batches)
	now := time.Now()
	calls, spans := ledger.CountRows(batches)
	e.telemetry.Written(ctx, calls, spans, now.Sub(start), now.Sub(oldestEnd(batches)))
	return nil
}
